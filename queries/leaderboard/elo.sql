-- title: Elo leaderboard
-- question: Which rating does each system reach when the comparisons are played in their recorded order?
-- param dataset: text = '*' — dataset to rank, * for all
-- param aspect: text = 'overall' — aspect judged
-- citation: A. E. Elo (1978). The Rating of Chessplayers, Past and Present. Arco.
-- chart: bar y=system x=rating
-- empty: no comparison has this dataset and aspect and names two systems; SELECT dataset, aspect, count(system_a) FROM comparisons GROUP BY ALL shows what there is
-- example: dataset=tour
SELECT rank, system, rating, n
FROM elo((
  SELECT system_a, system_b, outcome, dataset, round, time, comparison
  FROM comparisons
  WHERE ($dataset = '*' OR dataset = $dataset)
    AND aspect = $aspect
), order_by => (round, time, dataset, comparison))
ORDER BY rank, system
