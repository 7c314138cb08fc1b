-- title: May a judge replace a human annotator?
-- question: What does putting each automatic judge in the place of a human annotator do to agreement, and does it pass the alternative annotator test?
-- param dataset: text = '*' — dataset to look at, * for all
-- citation: N. Calderon, R. Reichart and R. Dror (2025). The alternative annotator test for LLM-as-a-judge: how to statistically justify replacing human annotators with LLMs. ACL.
-- citation: A. Brassard, B. Heinzerling, K. Kudo, K. Sakaguchi and K. Inui (2024). ACORN: aspect-wise commonsense reasoning explanation evaluation. COLM.
-- chart: bar y=judge x=delta
-- empty: no judge of this dataset can stand in for one of two or more people who judged the same pairs; SELECT dataset, annotator, count(*) FROM comparisons GROUP BY ALL shows who judged what
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
known AS (
  SELECT v.dataset, v.aspect, v.unit, v.annotator, v.outcome, p.kind LIKE 'human%' AS human
  FROM turned AS v
  JOIN annotators AS p ON p.dataset = v.dataset AND p.annotator = v.annotator
  WHERE p.kind IS NOT NULL
),
judges AS (
  SELECT DISTINCT dataset, aspect, annotator AS judge
  FROM known
  WHERE NOT human
),
-- Each judge beside all people, under one name.
pools AS (
  SELECT h.dataset, h.aspect, j.judge, h.unit, 'person ' || h.annotator AS annotator, h.outcome
  FROM known AS h
  JOIN judges AS j ON j.dataset = h.dataset AND j.aspect = h.aspect
  WHERE h.human
  UNION ALL
  SELECT dataset, aspect, annotator AS judge, unit, 'judge' AS annotator, outcome
  FROM known
  WHERE NOT human
),
-- Someone who contradicts himself on a unit has no verdict on it.
results AS (
  SELECT
    dataset, aspect, judge,
    rater_swap_delta(unit, annotator, outcome, candidate => 'judge', repeats => 'consistent') AS swap,
    alternative_annotator_test(unit, annotator, outcome, candidate => 'judge', repeats => 'consistent') AS test
  FROM pools
  GROUP BY dataset, aspect, judge
)
SELECT
  dataset,
  aspect,
  judge,
  swap['n'] AS n,
  swap['alpha'] AS alpha,
  swap['alpha_with'] AS alpha_with,
  swap['delta'] AS delta,
  swap['lower'] AS lower,
  swap['upper'] AS upper,
  test['winning_rate'] AS winning_rate,
  test['advantage'] AS advantage,
  test['passed'] AS passed,
  test['n_annotators'] AS n_annotators,
  coalesce(swap['reason'], test['reason']) AS reason
FROM results
ORDER BY dataset, aspect, delta DESC, judge
