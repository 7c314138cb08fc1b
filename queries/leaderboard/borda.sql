-- title: Borda leaderboard
-- question: Which system comes out best when every ranking gives points by place?
-- param dataset: text = '*' — dataset to rank, * for all
-- param aspect: text = 'overall' — aspect judged
-- citation: J.-C. de Borda (1781). Mémoire sur les élections au scrutin. Histoire de l'Académie royale des sciences.
-- chart: bar y=system x=score
-- empty: no ranking of this dataset and aspect names a system; SELECT dataset, aspect, count(system) FROM rankings GROUP BY ALL shows what there is
SELECT rank, alternative AS system, score, winner, n
FROM borda((
  SELECT dataset || '/' || ranking AS ballot, system AS alternative, rank
  FROM rankings
  WHERE ($dataset = '*' OR dataset = $dataset)
    AND aspect = $aspect
    AND system IS NOT NULL
    AND rank IS NOT NULL
))
ORDER BY rank, system
