-- title: Krippendorff's alpha of the comparisons
-- question: How reliable are the verdicts of all annotators together, missing ones allowed?
-- param dataset: text = '*' — dataset to look at, * for all
-- citation: K. Krippendorff (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania.
-- chart: bar y=aspect x=alpha
WITH verdicts AS (
  SELECT
    dataset,
    aspect,
    concat_ws(chr(31), dataset, coalesce(item, ''), coalesce(system_a, ''), coalesce(system_b, ''),
      coalesce(response_a, ''), coalesce(response_b, ''), aspect) AS unit,
    dataset || chr(31) || annotator AS rater,
    outcome
  FROM comparisons
  WHERE ($dataset = '*' OR dataset = $dataset) AND outcome IS NOT NULL AND annotator IS NOT NULL
)
SELECT
  dataset,
  aspect,
  count(*) AS n,
  count(DISTINCT unit) AS units,
  count(DISTINCT rater) AS raters,
  krippendorff_alpha(unit, rater, outcome) AS alpha
FROM verdicts
GROUP BY dataset, aspect
ORDER BY dataset, aspect
