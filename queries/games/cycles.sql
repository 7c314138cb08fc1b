-- title: Cycles among systems
-- question: Which systems beat each other in a circle, and how much of the results does no rating explain?
-- param dataset: text = '*' — dataset to look at, * for all
-- param aspect: text = 'overall' — aspect judged
-- citation: M. G. Kendall and B. Babington Smith (1940). On the method of paired comparisons. Biometrika 31, 324-345.
-- citation: X. Jiang, L.-H. Lim, Y. Yao and Y. Ye (2011). Statistical ranking and combinatorial Hodge theory. Mathematical Programming 127, 203-244.
-- chart: bar y=x x=weakest
-- empty: no comparisons of this dataset and aspect name both systems
-- example: dataset=pandalm
WITH votes AS (
  SELECT system_a, system_b, outcome
  FROM comparisons
  WHERE ($dataset = '*' OR dataset = $dataset)
    AND aspect = $aspect
    AND system_a IS NOT NULL
    AND system_b IS NOT NULL
),
counted AS (
  SELECT n, cyclic, most, zeta, detail FROM cyclic_triads(votes)
),
explained AS (
  SELECT max(gradient) AS gradient, max(curl) AS curl, max(harmonic) AS harmonic FROM hodge_rank(votes)
),
circles AS (
  SELECT x, y, z, x_over_y, y_over_z, z_over_x, weakest FROM triads(votes)
)
SELECT x, y, z, x_over_y, y_over_z, z_over_x, weakest, n, cyclic, most, zeta, detail, gradient, curl, harmonic
FROM counted
CROSS JOIN explained
LEFT JOIN circles ON true
ORDER BY weakest DESC NULLS LAST, x, y, z
