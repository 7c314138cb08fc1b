-- title: Rank flips
-- question: Which systems change places when only one aspect, cohort or annotator is asked?
-- param dataset: text = '*' — dataset to look at, * for all
-- param by: text = 'aspect' — what to slice by: aspect, cohort or annotator
-- param min_n: int = 1 — fewest comparisons of a system in a slice
-- citation: M. G. Kendall (1938). A new measure of rank correlation. Biometrika 30, 81-93.
-- citation: E. H. Simpson (1951). The interpretation of interaction in contingency tables. Journal of the Royal Statistical Society B 13, 238-241.
-- chart: bar y=slice x=flips
-- empty: no comparisons of this dataset name both systems, or no system was compared min_n times in a slice
-- example: dataset=pandalm by=annotator
WITH votes AS (
  SELECT
    system_a, system_b, outcome,
    CASE WHEN $by = 'cohort' THEN cohort WHEN $by = 'annotator' THEN annotator ELSE aspect END AS slice
  FROM comparisons
  WHERE ($dataset = '*' OR dataset = $dataset) AND system_a IS NOT NULL AND system_b IS NOT NULL
),
overall AS (
  SELECT system, win_rate FROM win_rate(votes)
),
sliced AS (
  SELECT slice, system, win_rate, n FROM win_rate(votes, by => slice)
),
pairs AS (
  SELECT
    x.slice, x.system AS better, y.system AS worse,
    a.win_rate - b.win_rate AS overall_gap,
    x.win_rate - y.win_rate AS slice_gap
  FROM sliced x
  JOIN sliced y ON x.slice = y.slice
  JOIN overall a ON a.system = x.system
  JOIN overall b ON b.system = y.system
  WHERE a.win_rate > b.win_rate AND x.n >= $min_n AND y.n >= $min_n
)
SELECT
  slice,
  count(*) FILTER (WHERE slice_gap < 0) AS flips,
  count(*) AS pairs,
  count(*) FILTER (WHERE slice_gap < 0) / CAST(count(*) AS double) AS flip_rate,
  max(overall_gap) FILTER (WHERE slice_gap < 0) AS widest_flip,
  min(slice_gap) FILTER (WHERE slice_gap < 0) AS strongest_flip,
  min(better || ' < ' || worse) FILTER (WHERE slice_gap < 0) AS example
FROM pairs
GROUP BY slice
ORDER BY flip_rate DESC, slice
