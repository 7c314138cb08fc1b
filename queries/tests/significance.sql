-- title: Which systems differ
-- question: Are two systems that were rated on the same items really different, or is it chance?
-- param dataset: text = '*' — dataset to look at, * for all
-- param min_items: int = 5 — pairs of systems with fewer shared items are left out
-- citation: F. Wilcoxon (1945). Individual comparisons by ranking methods. Biometrics Bulletin 1, 80-83.
-- citation: S. Holm (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6, 65-70.
-- chart: interval y=pair x=difference lower=lower upper=upper
-- empty: no two systems of this dataset have values for min_items shared items; SELECT dataset, count(DISTINCT item) FROM ratings GROUP BY dataset shows what there is
-- The score of a system on an item is the mean of its ratings there.
WITH scores AS (
  SELECT dataset, aspect, item, system, avg(value) AS value
  FROM ratings
  WHERE ($dataset = '*' OR dataset = $dataset)
    AND item IS NOT NULL AND system IS NOT NULL AND value IS NOT NULL
  GROUP BY dataset, aspect, item, system
),
compared AS (
  SELECT
    a.dataset, a.aspect, a.system AS system_a, b.system AS system_b,
    count(*) AS n,
    paired_t(a.value, b.value) AS t,
    wilcoxon_signed_rank(a.value, b.value) AS w
  FROM scores AS a
  JOIN scores AS b ON a.dataset = b.dataset AND a.aspect = b.aspect AND a.item = b.item AND a.system < b.system
  GROUP BY a.dataset, a.aspect, a.system, b.system
  HAVING count(*) >= $min_items
),
tested AS (
  SELECT
    dataset, aspect, system_a, system_b, n,
    concat_ws(' - ', system_a, system_b) AS pair,
    t['estimate'] AS difference, t['lower'] AS lower, t['upper'] AS upper,
    t['p_value'] AS p_t, w['p_value'] AS p_wilcoxon, w['estimate'] AS effect
  FROM compared
),
-- All pairs of one dataset and aspect are one family of tests.
adjusted AS (
  SELECT dataset, aspect, hypothesis, adjusted, rejected
  FROM holm(tested, by => (dataset, aspect), hypothesis => pair, p_value => p_wilcoxon)
)
SELECT
  s.dataset, s.aspect, s.pair, s.system_a, s.system_b, s.n,
  s.difference, s.lower, s.upper, s.effect, s.p_t, s.p_wilcoxon,
  h.adjusted AS p_adjusted, h.rejected AS significant
FROM tested AS s
LEFT JOIN adjusted AS h ON s.dataset = h.dataset AND s.aspect = h.aspect AND s.pair = h.hypothesis
ORDER BY s.dataset, s.aspect, p_adjusted, s.pair
