-- title: Length bias
-- question: How often does the longer of two answers win?
-- param dataset: text = '*' — dataset to look at, * for all
-- citation: Y. Dubois, B. Galambosi, P. Liang and T. B. Hashimoto (2024). Length-controlled AlpacaEval. arXiv:2404.04475.
-- chart: interval y=annotator x=longer_rate lower=lower upper=upper
-- empty: no comparison of this dataset has a verdict and the texts of both responses; SELECT dataset, count(*) FROM responses GROUP BY dataset shows which have texts
WITH decided AS (
  SELECT
    c.annotator,
    coalesce(a.n_chars, character_length(a.text)) AS length_a,
    coalesce(b.n_chars, character_length(b.text)) AS length_b,
    c.outcome
  FROM comparisons AS c
  JOIN responses AS a ON a.dataset = c.dataset AND a.response = c.response_a
  JOIN responses AS b ON b.dataset = c.dataset AND b.response = c.response_b
  WHERE ($dataset = '*' OR c.dataset = $dataset) AND c.outcome IN ('a', 'b')
),
counts AS (
  SELECT
    annotator,
    count(*) AS n,
    count(*) FILTER (WHERE (length_a > length_b) = (outcome = 'a')) AS longer_wins,
    avg(abs(length_a - length_b)) AS mean_gap
  FROM decided
  WHERE length_a <> length_b
  GROUP BY annotator
),
rates AS (
  SELECT *, longer_wins / CAST(n AS double) AS p, 1.959963984540054 AS z
  FROM counts
)
SELECT
  annotator,
  p AS longer_rate,
  (p + z * z / (2 * n) - z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n) AS lower,
  (p + z * z / (2 * n) + z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n) AS upper,
  n, longer_wins, mean_gap
FROM rates
ORDER BY longer_rate DESC, annotator
