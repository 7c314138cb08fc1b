-- title: Position bias
-- question: Does the answer shown first win more often than the other?
-- param dataset: text = '*' — dataset to look at, * for all
-- param unknown_order: text = 'a_first' — where the order shown is not recorded: a_first takes it that a was, skip leaves the row out
-- citation: L. Zheng et al. (2023). Judging LLM-as-a-judge with MT-Bench and Chatbot Arena. NeurIPS Datasets and Benchmarks.
-- chart: interval y=annotator x=first_rate lower=lower upper=upper
-- empty: no comparison of this dataset was decided (with unknown_order=skip: and says which side was shown first); SELECT dataset, outcome, count(shown_order) FROM comparisons GROUP BY ALL shows what there is
-- example: dataset=tour
WITH decided AS (
  SELECT
    annotator,
    (coalesce(shown_order, 0) = 0) = (outcome = 'a') AS first_won,
    shown_order IS NOT NULL AS known
  FROM comparisons
  WHERE ($dataset = '*' OR dataset = $dataset) AND outcome IN ('a', 'b')
    AND (shown_order IS NOT NULL OR $unknown_order = 'a_first')
),
counts AS (
  SELECT
    annotator,
    count(*) AS n,
    count(*) FILTER (WHERE first_won) AS first_wins,
    count(*) FILTER (WHERE known) AS order_known
  FROM decided
  GROUP BY annotator
),
rates AS (
  SELECT *, first_wins / CAST(n AS double) AS p, 1.959963984540054 AS z
  FROM counts
)
SELECT
  annotator,
  p AS first_rate,
  (p + z * z / (2 * n) - z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n) AS lower,
  (p + z * z / (2 * n) + z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n) AS upper,
  n, first_wins, order_known
FROM rates
ORDER BY first_rate DESC, annotator
