-- title: Quality of annotators
-- question: Who agrees with the others, who knows the answer, and who pulls agreement down?
-- param dataset: text = '*' — dataset to look at, * for all
-- param min_items: int = 1 — annotators with fewer verdicts are left out
-- citation: K. Krippendorff (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania.
-- citation: D. Hovy, T. Berg-Kirkpatrick, A. Vaswani and E. Hovy (2013). Learning whom to trust with MACE. NAACL-HLT, 1120-1130.
-- chart: bar y=annotator x=agreement
-- empty: no two annotators of this dataset judged the same pair; SELECT dataset, count(DISTINCT annotator) FROM comparisons GROUP BY dataset shows who judged what
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
),
-- Someone who contradicts himself on a unit has no verdict on it.
reliability AS (
  SELECT *
  FROM annotator_reliability(
    turned, item => unit, value => outcome, by => (dataset, aspect), repeats => 'consistent'
  )
),
disagreement AS (
  SELECT *
  FROM annotator_disagreement(
    turned, item => unit, value => outcome, by => (dataset, aspect), repeats => 'consistent'
  )
),
competence AS (
  SELECT *
  FROM mace_annotators(
    turned, item => unit, value => outcome, by => (dataset, aspect), repeats => 'consistent'
  )
)
SELECT
  r.dataset,
  r.aspect,
  r.annotator,
  r.n,
  r.n_compared,
  r.agreement,
  r.lower,
  r.upper,
  r.kappa,
  c.competence,
  d.disagreement,
  d.influence,
  r.favourite_share
FROM reliability AS r
JOIN disagreement AS d ON d.dataset = r.dataset AND d.aspect = r.aspect AND d.annotator = r.annotator
JOIN competence AS c ON c.dataset = r.dataset AND c.aspect = r.aspect AND c.annotator = r.annotator
WHERE r.n >= CAST($min_items AS bigint)
ORDER BY r.dataset, r.aspect, r.agreement DESC, r.annotator
