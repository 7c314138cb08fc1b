//! The shape of rewritten plans.

use datafusion::logical_expr::LogicalPlan;

use super::matrix_tests::{context, run};
use super::total;

fn rewritten(sql: &str) -> String {
    let context = context(2, 1024, 1);
    run(async {
        let plan = context.state().create_logical_plan(sql).await.unwrap();
        total(plan).unwrap().display_indent().to_string()
    })
}

fn first_line(sql: &str) -> String {
    rewritten(sql).lines().next().unwrap().to_owned()
}

#[test]
fn an_unordered_result_is_sorted_by_all_columns() {
    assert_eq!(
        first_line("SELECT turn, model_a FROM battles"),
        "Sort: battles.turn ASC NULLS LAST, battles.model_a ASC NULLS LAST"
    );
}

#[test]
fn the_users_keys_come_first_and_their_direction_stays() {
    assert_eq!(
        first_line("SELECT turn, model_a, score FROM battles ORDER BY score DESC, turn"),
        "Sort: battles.score DESC NULLS FIRST, battles.turn ASC NULLS LAST, battles.model_a ASC NULLS LAST"
    );
}

#[test]
fn keys_the_output_lacks_still_order_it() {
    let plan = rewritten("SELECT model_a FROM battles ORDER BY turn");
    assert!(
        plan.starts_with(
            "Projection: battles.model_a\n  Sort: battles.turn ASC NULLS LAST, battles.model_a"
        ),
        "{plan}"
    );
}

#[test]
fn a_known_key_ends_the_tie_break() {
    // id is the key; turn comes before it, model_a after it.
    assert_eq!(
        first_line("SELECT * FROM keyed ORDER BY model_a"),
        "Sort: keyed.model_a ASC NULLS LAST, keyed.turn ASC NULLS LAST, keyed.id ASC NULLS LAST"
    );
    assert_eq!(
        first_line("SELECT * FROM keyed ORDER BY id"),
        "Sort: keyed.id ASC NULLS LAST"
    );
    assert_eq!(
        first_line("SELECT id AS i, model_a FROM keyed WHERE turn = 1"),
        "Sort: i ASC NULLS LAST"
    );
    assert_eq!(
        first_line("SELECT model_a, count(*) FROM keyed GROUP BY model_a"),
        "Sort: keyed.model_a ASC NULLS LAST"
    );
}

#[test]
fn a_key_does_not_survive_an_unnest_or_a_join() {
    let unnested = first_line("SELECT id, unnest([turn, 2]) AS u FROM keyed");
    assert!(
        unnested.contains("id") && unnested.contains("u ASC"),
        "{unnested}"
    );
    let joined = first_line("SELECT l.id, r.model_a FROM keyed l JOIN keyed r ON l.turn = r.turn");
    assert!(
        joined.contains("l.id") && joined.contains("r.model_a"),
        "{joined}"
    );
}

#[test]
fn a_single_row_needs_no_sort() {
    assert!(first_line("SELECT count(*) FROM battles").starts_with("Projection"));
    assert!(first_line("SELECT 1").starts_with("Projection"));
    assert!(first_line("SELECT count(*) FROM battles LIMIT 5").starts_with("Limit"));
}

#[test]
fn a_limit_stays_next_to_its_sort() {
    let context = context(2, 1024, 1);
    let physical = run(async {
        let sql = "SELECT * FROM battles ORDER BY turn LIMIT 7";
        let plan = context.state().create_logical_plan(sql).await.unwrap();
        let frame = context
            .execute_logical_plan(total(plan).unwrap())
            .await
            .unwrap();
        let physical = frame.create_physical_plan().await.unwrap();
        datafusion::physical_plan::displayable(physical.as_ref())
            .indent(false)
            .to_string()
    });
    assert!(physical.contains("TopK(fetch=7)"), "{physical}");
}

#[test]
fn a_window_keeps_its_name_and_gains_keys() {
    let plan = rewritten("SELECT model_a, row_number() OVER (ORDER BY id) FROM keyed");
    assert!(
        !plan.contains(" AS row_number"),
        "a key is total already: {plan}"
    );
    let plan = rewritten(
        "SELECT model_a, row_number() OVER (PARTITION BY turn ORDER BY model_a) AS r FROM keyed",
    );
    assert!(
        plan.contains("ORDER BY [keyed.model_a ASC NULLS LAST, keyed.id ASC NULLS LAST]"),
        "{plan}"
    );
}

#[test]
fn explain_shows_what_would_run_and_other_statements_are_left_alone() {
    let plan = rewritten("EXPLAIN SELECT turn FROM battles");
    assert!(plan.starts_with("Explain\n  Sort: battles.turn"), "{plan}");
    for sql in [
        "CREATE VIEW v AS SELECT * FROM battles LIMIT 3",
        "SET datafusion.execution.batch_size = 7",
    ] {
        let context = context(2, 1024, 1);
        let plan = run(context.state().create_logical_plan(sql)).unwrap();
        let before = plan.display_indent().to_string();
        assert_eq!(total(plan).unwrap().display_indent().to_string(), before);
    }
}

#[test]
fn limits_without_an_order_sort_by_everything() {
    let context = context(2, 1024, 1);
    let plan = run(context
        .state()
        .create_logical_plan("SELECT tags FROM battles LIMIT 3"))
    .unwrap();
    let LogicalPlan::Limit(limit) = total(plan).unwrap() else {
        panic!("the root stays a limit");
    };
    assert!(matches!(limit.input.as_ref(), LogicalPlan::Sort(sort) if sort.expr.len() == 1));
}
