-- title: Elo leaderboard
-- question: Which rating does each system reach when the comparisons are played in their recorded order?
-- param dataset: text = '*' — dataset to rank, * for all
-- param aspect: text = 'overall' — aspect judged
-- citation: A. E. Elo (1978). The Rating of Chessplayers, Past and Present. Arco.
-- chart: bar y=system x=score
SELECT *
FROM elo((
  SELECT system_a, system_b, outcome, coalesce(round, 0) AS round, dataset, comparison
  FROM comparisons
  WHERE ($dataset = '*' OR dataset = $dataset)
    AND aspect = $aspect
    AND outcome IS NOT NULL
), order_by => (round, dataset, comparison))
ORDER BY score DESC, system
