-- title: Judges against the human majority
-- question: How often does each automatic judge give the verdict most humans gave?
-- param dataset: text = '*' — dataset to look at, * for all
-- citation: J. Cohen (1960). A coefficient of agreement for nominal scales. Educational and Psychological Measurement 20, 37-46.
-- chart: bar y=judge x=agreement
-- empty: no judge of this dataset judged a pair that people judged too (annotators.kind tells them apart); SELECT dataset, kind, count(*) FROM annotators GROUP BY ALL shows who there is
-- The same pair shown the other way round is the same unit: it is turned, and
-- its outcome with it.
WITH pairs AS (
  SELECT
    dataset, aspect, item, annotator, outcome,
    coalesce(response_a, system_a, '') AS one,
    coalesce(response_b, system_b, '') AS two
  FROM comparisons
  WHERE ($dataset = '*' OR dataset = $dataset) AND outcome IS NOT NULL AND annotator IS NOT NULL
),
turned AS (
  SELECT
    dataset, aspect, annotator,
    concat_ws(chr(31), coalesce(item, ''), least(one, two), greatest(one, two)) AS unit,
    CASE
      WHEN one > two AND outcome = 'a' THEN 'b'
      WHEN one > two AND outcome = 'b' THEN 'a'
      ELSE outcome
    END AS outcome
  FROM pairs
),
-- Someone who contradicts himself on a unit has no verdict on it.
verdicts AS (
  SELECT dataset, aspect, unit, annotator, min(outcome) AS outcome
  FROM turned
  GROUP BY dataset, aspect, unit, annotator
  HAVING count(DISTINCT outcome) = 1
),
known AS (
  SELECT v.dataset, v.aspect, v.unit, v.annotator, v.outcome, p.kind LIKE 'human%' AS human
  FROM verdicts AS v
  JOIN annotators AS p ON p.dataset = v.dataset AND p.annotator = v.annotator
  WHERE p.kind IS NOT NULL
),
votes AS (
  SELECT dataset, aspect, unit, outcome, count(*) AS votes
  FROM known
  WHERE human
  GROUP BY dataset, aspect, unit, outcome
),
best AS (
  SELECT dataset, aspect, unit, max(votes) AS votes
  FROM votes
  GROUP BY dataset, aspect, unit
),
-- Units on which the people are split have no majority and are left out.
majority AS (
  SELECT v.dataset, v.aspect, v.unit, min(v.outcome) AS outcome
  FROM votes AS v
  JOIN best AS b ON v.dataset = b.dataset AND v.aspect = b.aspect AND v.unit = b.unit AND v.votes = b.votes
  GROUP BY v.dataset, v.aspect, v.unit
  HAVING count(*) = 1
)
SELECT
  j.annotator AS judge,
  j.aspect,
  count(*) AS n,
  avg(CASE WHEN j.outcome = m.outcome THEN 1.0 ELSE 0.0 END) AS agreement,
  cohen_kappa(m.outcome, j.outcome) AS kappa
FROM known AS j
JOIN majority AS m ON j.dataset = m.dataset AND j.aspect = m.aspect AND j.unit = m.unit
WHERE NOT j.human
GROUP BY j.annotator, j.aspect
ORDER BY j.aspect, agreement DESC, judge
