-- title: Win rates
-- question: What share of its comparisons does each system win, a tie counting half?
-- param dataset: text = '*' — dataset to rank, * for all
-- param aspect: text = 'overall' — aspect judged
-- citation: E. B. Wilson (1927). Probable inference, the law of succession, and statistical inference. Journal of the American Statistical Association 22, 209-212.
-- chart: interval y=system x=win_rate lower=lower upper=upper
WITH sides AS (
  SELECT system_a AS system, outcome = 'a' AS won, outcome = 'b' AS lost
  FROM comparisons
  WHERE ($dataset = '*' OR dataset = $dataset) AND aspect = $aspect AND outcome IS NOT NULL
  UNION ALL
  SELECT system_b, outcome = 'b', outcome = 'a'
  FROM comparisons
  WHERE ($dataset = '*' OR dataset = $dataset) AND aspect = $aspect AND outcome IS NOT NULL
),
counts AS (
  SELECT
    system,
    count(*) AS n,
    count(*) FILTER (WHERE won) AS wins,
    count(*) FILTER (WHERE lost) AS losses,
    count(*) FILTER (WHERE NOT won AND NOT lost) AS ties
  FROM sides
  WHERE system IS NOT NULL
  GROUP BY system
),
rates AS (
  SELECT *, (wins + 0.5 * ties) / n AS p, 1.959963984540054 AS z
  FROM counts
)
SELECT
  system,
  p AS win_rate,
  (p + z * z / (2 * n) - z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n) AS lower,
  (p + z * z / (2 * n) + z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n) AS upper,
  n, wins, losses, ties
FROM rates
ORDER BY win_rate DESC, system
