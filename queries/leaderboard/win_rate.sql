-- title: Win rates
-- question: What share of its comparisons does each system win, a tie counting half?
-- param dataset: text = '*' — dataset to rank, * for all
-- param aspect: text = 'overall' — aspect judged
-- citation: E. B. Wilson (1927). Probable inference, the law of succession, and statistical inference. Journal of the American Statistical Association 22, 209-212.
-- chart: interval y=system x=win_rate lower=lower upper=upper
-- empty: no comparison has this dataset and aspect and names two systems; SELECT dataset, aspect, count(system_a) FROM comparisons GROUP BY ALL shows what there is
-- example: dataset=tour
SELECT system, win_rate, lower, upper, average_win_rate, n, opponents, wins, losses, ties
FROM win_rate((
  SELECT system_a, system_b, outcome
  FROM comparisons
  WHERE ($dataset = '*' OR dataset = $dataset)
    AND aspect = $aspect
))
ORDER BY win_rate DESC NULLS LAST, system
