-- title: All leaderboard methods side by side
-- question: Which place does each system take by every method, and how well do the methods agree?
-- param dataset: text = '*' — dataset to rank, * for all
-- param aspect: text = 'overall' — aspect judged
-- param unit: text = 'system' — what is ranked: system, or response for comparisons of single outputs
-- param item: text = '*' — item whose outputs are compared, * for all
-- param l2: float = 0 — penalty of the fitted strengths; above 0 also what never lost has a place
-- citation: M. G. Kendall (1938). A new measure of rank correlation. Biometrika 30, 81-93.
-- chart: bar y=name x=bradley_terry
-- empty: no comparison has this dataset, item and aspect and names two of these units; SELECT dataset, aspect, count(system_a), count(response_a) FROM comparisons GROUP BY ALL shows what there is
-- example: dataset=tour
-- Rows of part 'rank' hold the place of a system by every method, rows of part
-- 'tau' Kendall's tau-b between the method named and every other. Elo depends on
-- the order of the comparisons; win rates do not correct for who was met.
WITH battles AS (
  SELECT
    CASE WHEN $unit = 'response' THEN response_a ELSE system_a END AS system_a,
    CASE WHEN $unit = 'response' THEN response_b ELSE system_b END AS system_b,
    outcome, dataset, round, time, comparison
  FROM comparisons
  WHERE ($dataset = '*' OR dataset = $dataset)
    AND ($item = '*' OR item = $item)
    AND aspect = $aspect
),
scores AS (
  SELECT 'bradley_terry' AS method, system, rating AS score FROM bradley_terry(battles, ci => 'none', l2 => $l2)
  UNION ALL
  SELECT 'davidson', system, rating FROM bradley_terry(battles, ties => 'davidson', ci => 'none', l2 => $l2)
  UNION ALL
  SELECT 'thurstone', system, rating FROM thurstone(battles, ci => 'none', l2 => $l2)
  UNION ALL
  SELECT 'rank_centrality', system, score FROM rank_centrality(battles, ci => 'none')
  UNION ALL
  SELECT 'pagerank', system, score FROM pagerank(battles, ci => 'none')
  UNION ALL
  SELECT 'eigenvector', system, score FROM eigenvector(battles, ci => 'none')
  UNION ALL
  SELECT 'elo', system, rating FROM elo(battles, order_by => (round, time, dataset, comparison))
  UNION ALL
  SELECT 'win_rate', system, win_rate FROM win_rate(battles)
  UNION ALL
  SELECT 'average_win_rate', system, average_win_rate FROM average_win_rate(battles)
),
places AS (
  SELECT method, system, rank() OVER (PARTITION BY method ORDER BY round(score, 9) DESC) AS place
  FROM scores
  WHERE score IS NOT NULL
),
agreement AS (
  SELECT a.method, b.method AS other, kendall_tau(a.place, b.place) AS tau
  FROM places AS a
  JOIN places AS b ON a.system = b.system
  GROUP BY a.method, b.method
),
cells AS (
  SELECT 'rank' AS part, system AS name, method, CAST(place AS double) AS value FROM places
  UNION ALL
  SELECT 'tau', method, other, tau FROM agreement
)
SELECT
  part,
  name,
  max(CASE WHEN method = 'bradley_terry' THEN value END) AS bradley_terry,
  max(CASE WHEN method = 'davidson' THEN value END) AS davidson,
  max(CASE WHEN method = 'thurstone' THEN value END) AS thurstone,
  max(CASE WHEN method = 'rank_centrality' THEN value END) AS rank_centrality,
  max(CASE WHEN method = 'pagerank' THEN value END) AS pagerank,
  max(CASE WHEN method = 'eigenvector' THEN value END) AS eigenvector,
  max(CASE WHEN method = 'elo' THEN value END) AS elo,
  max(CASE WHEN method = 'win_rate' THEN value END) AS win_rate,
  max(CASE WHEN method = 'average_win_rate' THEN value END) AS average_win_rate
FROM cells
GROUP BY part, name
ORDER BY part, CASE WHEN part = 'rank' THEN max(CASE WHEN method = 'bradley_terry' THEN value END) END NULLS LAST, name
