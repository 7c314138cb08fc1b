-- title: Agreement of each pair of annotators
-- question: How far do two annotators who judged the same pairs agree, beyond chance?
-- param dataset: text = '*' — dataset to look at, * for all
-- param min_items: int = 2 — pairs of annotators with fewer shared judgements are left out
-- citation: J. Cohen (1960). A coefficient of agreement for nominal scales. Educational and Psychological Measurement 20, 37-46.
-- chart: heatmap x=first y=second value=kappa
-- empty: no two annotators of this dataset share min_items judgements; SELECT dataset, annotator, count(*) FROM comparisons GROUP BY ALL shows who judged what
-- example: dataset=tour
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
)
SELECT
  x.aspect,
  x.annotator AS first,
  y.annotator AS second,
  count(*) AS n,
  avg(CASE WHEN x.outcome = y.outcome THEN 1.0 ELSE 0.0 END) AS agreement,
  cohen_kappa(x.outcome, y.outcome) AS kappa
FROM verdicts AS x
JOIN verdicts AS y
  ON x.dataset = y.dataset AND x.aspect = y.aspect AND x.unit = y.unit AND x.annotator < y.annotator
GROUP BY x.aspect, x.annotator, y.annotator
HAVING count(*) >= CAST($min_items AS bigint)
ORDER BY x.aspect, first, second
