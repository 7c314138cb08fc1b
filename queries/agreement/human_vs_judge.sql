-- title: Judges against the human majority
-- question: How often does each automatic judge give the verdict most humans gave?
-- param dataset: text = '*' — dataset to look at, * for all
-- citation: J. Cohen (1960). A coefficient of agreement for nominal scales. Educational and Psychological Measurement 20, 37-46.
-- chart: bar y=judge x=agreement
WITH verdicts AS (
  SELECT
    c.dataset, c.aspect, c.item, c.system_a, c.system_b, c.response_a, c.response_b,
    c.annotator, c.outcome, p.kind LIKE 'human%' AS human
  FROM comparisons AS c
  JOIN annotators AS p ON p.dataset = c.dataset AND p.annotator = c.annotator
  WHERE ($dataset = '*' OR c.dataset = $dataset) AND c.outcome IS NOT NULL
),
votes AS (
  SELECT dataset, aspect, item, system_a, system_b, response_a, response_b, outcome, count(*) AS votes
  FROM verdicts
  WHERE human
  GROUP BY dataset, aspect, item, system_a, system_b, response_a, response_b, outcome
),
best AS (
  SELECT dataset, aspect, item, system_a, system_b, response_a, response_b, max(votes) AS votes
  FROM votes
  GROUP BY dataset, aspect, item, system_a, system_b, response_a, response_b
),
-- Pairs on which the humans are split have no majority and are left out.
majority AS (
  SELECT
    v.dataset, v.aspect, v.item, v.system_a, v.system_b, v.response_a, v.response_b,
    min(v.outcome) AS outcome
  FROM votes AS v
  JOIN best AS b
    ON v.dataset = b.dataset AND v.aspect = b.aspect AND v.votes = b.votes
    AND v.item IS NOT DISTINCT FROM b.item
    AND v.system_a IS NOT DISTINCT FROM b.system_a
    AND v.system_b IS NOT DISTINCT FROM b.system_b
    AND v.response_a IS NOT DISTINCT FROM b.response_a
    AND v.response_b IS NOT DISTINCT FROM b.response_b
  GROUP BY v.dataset, v.aspect, v.item, v.system_a, v.system_b, v.response_a, v.response_b
  HAVING count(*) = 1
)
SELECT
  j.annotator AS judge,
  j.aspect,
  count(*) AS n,
  avg(CASE WHEN j.outcome = m.outcome THEN 1.0 ELSE 0.0 END) AS agreement,
  cohen_kappa(m.outcome, j.outcome) AS kappa
FROM verdicts AS j
JOIN majority AS m
  ON j.dataset = m.dataset AND j.aspect = m.aspect
  AND j.item IS NOT DISTINCT FROM m.item
  AND j.system_a IS NOT DISTINCT FROM m.system_a
  AND j.system_b IS NOT DISTINCT FROM m.system_b
  AND j.response_a IS NOT DISTINCT FROM m.response_a
  AND j.response_b IS NOT DISTINCT FROM m.response_b
WHERE NOT j.human
GROUP BY j.annotator, j.aspect
ORDER BY j.aspect, agreement DESC, judge
