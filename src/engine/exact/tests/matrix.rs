//! Every aggregate over partitions × batch sizes × shuffled rows × layouts
//! gives one bit pattern.

use super::{ROWS, all, cells, context, fixture, layout, run};
use datafusion::prelude::SessionContext;
use std::sync::Arc;

fn queries() -> Vec<String> {
    let sliding = " OVER (PARTITION BY k ORDER BY id ROWS BETWEEN 20 PRECEDING AND 3 FOLLOWING)";
    let mut queries = Vec::new();
    for column in ["x", "z"] {
        queries.push(format!("SELECT {} FROM t", all("", column, "")));
        queries.push(format!(
            "SELECT k, {} FROM t GROUP BY k ORDER BY k",
            all("", column, "")
        ));
        queries.push(format!(
            "SELECT k, {} FROM t GROUP BY k ORDER BY k",
            all("DISTINCT ", column, "")
        ));
        queries.push(format!("SELECT {} FROM t", all("DISTINCT ", column, "")));
        queries.push(format!(
            "SELECT {} FROM t",
            all("", column, " FILTER (WHERE id % 3 = 1)")
        ));
        queries.push(format!(
            "SELECT k, {} FROM t GROUP BY k ORDER BY k",
            all("", column, " FILTER (WHERE s < 's2')")
        ));
    }
    queries.push(format!(
        "SELECT id, {} FROM t ORDER BY id",
        all("", "x", sliding)
    ));
    queries.push(format!(
        "SELECT id, {} FROM t ORDER BY id",
        all("", "z", " OVER (PARTITION BY k)")
    ));
    // Nearly one group per row: partial aggregation is skipped.
    queries.push(
        "SELECT id % 1400 AS g, sum(x), stddev(x), corr(x, y) FROM t GROUP BY g ORDER BY g"
            .to_string(),
    );
    queries.push(
        "SELECT id % 1400 AS g, avg(x) FILTER (WHERE k > 3), regr_slope(x, y) FILTER (WHERE k > 3) FROM t GROUP BY g ORDER BY g"
            .to_string(),
    );
    queries.push("SELECT sum(DISTINCT z), count(DISTINCT z) FROM t".to_string());
    queries.push("SELECT sum(x), count(DISTINCT s) FROM t".to_string());
    queries.push("SELECT k, sum(x), sum(DISTINCT z) FROM t GROUP BY k ORDER BY k".to_string());
    queries.push("SELECT k, sum(x) FROM t GROUP BY ROLLUP(k) ORDER BY k".to_string());
    queries.push("SELECT avg(m) FROM (SELECT k, avg(x) AS m FROM t GROUP BY k)".to_string());
    queries.push("SELECT sum(f), avg(f), stddev(f), corr(f, x), sum(k), avg(k), var(k), sum(d), avg(d), stddev(d) FROM t".to_string());
    queries
}

#[test]
fn one_bit_pattern_whatever_the_layout() {
    let rows = fixture();
    let expected: Vec<Vec<String>> = {
        let context = context(1, 8192, layout(&rows, 0, ROWS, 1));
        queries()
            .iter()
            .map(|sql| cells(&run(&context, sql)))
            .collect()
    };
    for partitions in [1, 2, 8] {
        for batch_size in [1, 1024, 8192] {
            let layouts: &[_] = if batch_size == 1 {
                &[(3, 40, 5)]
            } else {
                &[(3, 40, 5), (11, 700, 2)]
            };
            for &(seed, batch, parts) in layouts {
                let context = context(partitions, batch_size, layout(&rows, seed, batch, parts));
                for (sql, expected) in queries().iter().zip(&expected) {
                    let got = cells(&run(&context, sql));
                    assert!(
                        &got == expected,
                        "{partitions} partitions, batches of {batch_size}, seed {seed}: {sql}\n{:?}",
                        got.iter().zip(expected).find(|(a, b)| a != b)
                    );
                }
            }
        }
    }
}

#[test]
fn the_built_in_sums_do_depend_on_the_layout() {
    // What the exact ones are for, and proof that the matrix can tell.
    let rows = fixture();
    let bits = |seed| {
        let context = SessionContext::new();
        context
            .register_table("t", Arc::new(layout(&rows, seed, 100, 3)))
            .unwrap();
        cells(&run(
            &context,
            "SELECT sum(x), stddev(x), corr(y, x) FROM t",
        ))
    };
    assert_ne!(bits(1), bits(2));
}
