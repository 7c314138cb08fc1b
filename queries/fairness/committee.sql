-- title: Committees of systems, with and without a fair share for every group
-- question: Which two systems serve the rankings best together, and what does it cost to give every provider its share of the seats?
-- param dataset: text = '*' — dataset to look at, * for all
-- param aspect: text = 'overall' — aspect judged
-- citation: J. R. Chamberlin and P. N. Courant (1983). Representative deliberations and representative decisions. American Political Science Review 77, 718-733.
-- citation: L. E. Celis, L. Huang and N. K. Vishnoi (2018). Multiwinner voting with fairness constraints. IJCAI.
-- chart: bar y=alternative x=score
-- empty: no ranking of this dataset and aspect names a system
WITH ballots AS (
  SELECT
    r.dataset || '/' || r.ranking AS ballot, r.system AS alternative, r.rank,
    coalesce(s.provider, s.family, 'unknown') AS team
  FROM rankings r
  LEFT JOIN systems s ON s.dataset = r.dataset AND s.system = r.system
  WHERE ($dataset = '*' OR r.dataset = $dataset)
    AND r.aspect = $aspect
    AND r.system IS NOT NULL
    AND r.rank IS NOT NULL
),
chosen AS (
  SELECT 'free' AS quota, committee, alternative, team, score, bound, exact, n_committees
  FROM (SELECT committee, alternative, group_name AS team, score, bound, exact, n_committees
    FROM multiwinner(ballots, k => 2, group => team))
  UNION ALL
  SELECT 'proportional', committee, alternative, team, score, bound, exact, n_committees
  FROM (SELECT committee, alternative, group_name AS team, score, bound, exact, n_committees
    FROM multiwinner(ballots, k => 2, group => team, quota => 'proportional'))
)
SELECT quota, committee, alternative, team, score, score / max(score) OVER () AS ratio, bound, exact, n_committees
FROM chosen
ORDER BY quota, committee, alternative
