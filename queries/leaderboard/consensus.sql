-- title: Is there a best system?
-- question: Do the rules of social choice agree on a winner and an order, and if not, on which cycle do they part?
-- param dataset: text = '*' — dataset to rank, * for all
-- param aspect: text = 'overall' — aspect of rankings and ratings; metric of scores, * for all metrics
-- param source: text = 'rankings' — ballots to use: rankings (each is one), ratings (one per item and annotator), scores (one per task, metric and item)
-- citation: K. J. Arrow (1951). Social Choice and Individual Values. Wiley.
-- citation: P. Colombo, N. Noiry, E. Irurozki and S. Clémençon (2022). What are the best systems? New perspectives on NLP benchmarking. NeurIPS.
-- chart: bar y=rule x=tau
-- empty: no ballot of this source, dataset and aspect names a system; rankings of unnamed outputs cannot be compared across items, so try --param source=ratings or source=scores, or another --param aspect
-- example: source=ratings
WITH ballots AS (
  SELECT dataset || '/' || ranking AS ballot, system AS alternative, rank
  FROM rankings
  WHERE $source = 'rankings'
    AND ($dataset = '*' OR dataset = $dataset)
    AND aspect = $aspect
    AND system IS NOT NULL
    AND rank IS NOT NULL
  UNION ALL
  SELECT concat_ws('/', dataset, coalesce(item, ''), coalesce(annotator, '')), system, -avg(value)
  FROM ratings
  WHERE $source = 'ratings'
    AND ($dataset = '*' OR dataset = $dataset)
    AND aspect = $aspect
    AND system IS NOT NULL
    AND value IS NOT NULL
  GROUP BY dataset, item, annotator, system
  UNION ALL
  SELECT
    concat_ws('/', dataset, coalesce(task, ''), metric, coalesce(item, '')), system,
    avg(CASE WHEN higher_is_better = false THEN value ELSE -value END)
  FROM scores
  WHERE $source = 'scores'
    AND ($dataset = '*' OR dataset = $dataset)
    AND ($aspect = '*' OR $aspect = 'overall' OR metric = $aspect)
    AND system IS NOT NULL
    AND value IS NOT NULL
  GROUP BY dataset, task, metric, item, system
)
SELECT verdict, rule, winner, ranking, tau, mean_tau, parts_at, parts_on, cycle, condorcet, keeps, note
FROM ranking_consensus(ballots)
ORDER BY tau DESC NULLS LAST, rule
