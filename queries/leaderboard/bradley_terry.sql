-- title: Bradley-Terry leaderboard
-- question: How strong is each system, judged by who beats whom, and how sure is that?
-- param dataset: text = '*' — dataset to rank, * for all
-- param aspect: text = 'overall' — aspect judged
-- citation: R. A. Bradley and M. E. Terry (1952). Rank analysis of incomplete block designs: I. The method of paired comparisons. Biometrika 39, 324-345.
-- chart: interval y=system x=rating lower=lower upper=upper
-- empty: no comparison has this dataset and aspect and names two systems; SELECT dataset, aspect, count(system_a) FROM comparisons GROUP BY ALL shows what there is
-- example: dataset=tour
SELECT rank, system, rating, lower, upper, n, wins, losses, ties, stderr, rank_lower, rank_upper, status, converged
FROM bradley_terry((
  SELECT system_a, system_b, outcome
  FROM comparisons
  WHERE ($dataset = '*' OR dataset = $dataset)
    AND aspect = $aspect
))
ORDER BY rank NULLS LAST, system
