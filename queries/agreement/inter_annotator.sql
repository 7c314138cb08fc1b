-- title: Agreement of each pair of annotators
-- question: How far do two annotators who judged the same pairs agree, beyond chance?
-- param dataset: text = '*' — dataset to look at, * for all
-- param min_items: int = 2 — pairs of annotators with fewer shared judgements are left out
-- citation: J. Cohen (1960). A coefficient of agreement for nominal scales. Educational and Psychological Measurement 20, 37-46.
-- chart: heatmap x=first y=second value=kappa
WITH verdicts AS (
  SELECT dataset, aspect, item, system_a, system_b, response_a, response_b, annotator, min(outcome) AS outcome
  FROM comparisons
  WHERE ($dataset = '*' OR dataset = $dataset) AND outcome IS NOT NULL AND annotator IS NOT NULL
  GROUP BY dataset, aspect, item, system_a, system_b, response_a, response_b, annotator
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
  ON x.dataset = y.dataset
  AND x.aspect = y.aspect
  AND x.item IS NOT DISTINCT FROM y.item
  AND x.system_a IS NOT DISTINCT FROM y.system_a
  AND x.system_b IS NOT DISTINCT FROM y.system_b
  AND x.response_a IS NOT DISTINCT FROM y.response_a
  AND x.response_b IS NOT DISTINCT FROM y.response_b
  AND x.annotator < y.annotator
GROUP BY x.aspect, x.annotator, y.annotator
HAVING count(*) >= CAST($min_items AS bigint)
ORDER BY x.aspect, first, second
