-- title: Krippendorff's alpha of the comparisons
-- question: How reliable are the verdicts of all annotators together, missing ones allowed?
-- param dataset: text = '*' — dataset to look at, * for all
-- citation: K. Krippendorff (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania.
-- chart: bar y=aspect x=alpha
-- empty: no comparison of this dataset has a verdict and an annotator; SELECT dataset, count(annotator) FROM comparisons GROUP BY dataset shows which do
-- example: dataset=tour
-- The same pair shown the other way round is the same unit: it is turned, and
-- its outcome with it.
WITH pairs AS (
  SELECT
    dataset, aspect, item, annotator, outcome,
    coalesce(response_a, system_a, '') AS one,
    coalesce(response_b, system_b, '') AS two
  FROM comparisons
  WHERE ($dataset = '*' OR dataset = $dataset) AND outcome IS NOT NULL AND annotator IS NOT NULL
),
turned AS (
  SELECT
    dataset, aspect, annotator,
    concat_ws(chr(31), coalesce(item, ''), least(one, two), greatest(one, two)) AS unit,
    CASE
      WHEN one > two AND outcome = 'a' THEN 'b'
      WHEN one > two AND outcome = 'b' THEN 'a'
      ELSE outcome
    END AS outcome
  FROM pairs
)
SELECT
  dataset,
  aspect,
  count(*) AS n,
  count(DISTINCT unit) AS units,
  count(DISTINCT annotator) AS annotators,
  -- Equal repeats count once; someone who contradicts himself on a unit has no verdict on it.
  krippendorff_alpha(unit, annotator, outcome, repeats => 'consistent') AS alpha
FROM turned
GROUP BY dataset, aspect
ORDER BY dataset, aspect
