//! Aggregates that keep all their rows are computed in one step.
//!
//! DataFusion aggregates each partition by itself and merges the partial states.
//! That pays where a state is smaller than the rows it has seen. A state that is
//! these rows would only be written, copied and read again.

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use std::sync::Arc;

use crate::functions;

/// A rule of physical plans.
pub(crate) type Rule = Arc<dyn PhysicalOptimizerRule + Send + Sync>;

/// DataFusion's rules after ours, which must come before rows are exchanged.
pub(super) fn rules() -> Vec<Rule> {
    let ours: Rule = Arc::new(SingleStep);
    std::iter::once(ours)
        .chain(PhysicalOptimizer::new().rules)
        .collect()
}

#[derive(Debug)]
struct SingleStep;

impl PhysicalOptimizerRule for SingleStep {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_down(|plan| {
            Ok(match single(&plan)? {
                Some(one) => Transformed::yes(Arc::new(one) as Arc<dyn ExecutionPlan>),
                None => Transformed::no(plan),
            })
        })
        .data()
    }

    fn name(&self) -> &str {
        "single_step"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// The one step for the two of an aggregation that keeps rows.
fn single(plan: &Arc<dyn ExecutionPlan>) -> Result<Option<AggregateExec>> {
    let Some(last) = plan.downcast_ref::<AggregateExec>() else {
        return Ok(None);
    };
    let mode = match last.mode() {
        AggregateMode::Final => AggregateMode::Single,
        AggregateMode::FinalPartitioned => AggregateMode::SinglePartitioned,
        _ => return Ok(None),
    };
    let Some(first) = last.input().downcast_ref::<AggregateExec>() else {
        return Ok(None);
    };
    let keeps_rows = |name: &str| functions::find(name).is_some_and(|f| f.keeps_rows());
    let kept = first.aggr_expr().iter().any(|e| keeps_rows(e.fun().name()));
    if *first.mode() != AggregateMode::Partial || !kept {
        return Ok(None);
    }
    let one = AggregateExec::try_new(
        mode,
        first.group_expr().clone(),
        first.aggr_expr().to_vec(),
        first.filter_expr().to_vec(),
        Arc::clone(first.input()),
        first.input_schema(),
    )?;
    Ok(Some(one.with_limit_options(last.limit_options())))
}

#[cfg(test)]
mod tests {
    use crate::engine::{Options, Params, Session};
    use arrow::array::AsArray;

    /// The physical plan over two partitions.
    fn plan(sql: &str) -> String {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let rows = "(SELECT 'x' AS system_a, 'y' AS system_b, 'a' AS outcome, 1 AS round, value AS g FROM range(9))";
        let answer = runtime.block_on(async {
            let options = Options {
                partitions: Some(2),
                batch_size: Some(1),
                memory_limit: None,
            };
            let session = Session::open(None, None, options).await.unwrap();
            let sql = format!("EXPLAIN {}", sql.replace("ROWS", rows));
            session.query(&sql, &Params::new()).await.unwrap()
        });
        let plans = answer
            .batches
            .iter()
            .map(|batch| batch.column(1).as_string::<i32>());
        plans.flat_map(|plans| plans.iter().flatten()).collect()
    }

    #[test]
    fn only_aggregates_that_keep_rows_take_one_step() {
        for by in ["", ", by => g"] {
            let one = plan(&format!("SELECT * FROM elo(ROWS, order_by => round{by})"));
            assert!(one.contains("mode=Single"), "{one}");
            assert!(!one.contains("mode=Partial"), "{one}");
            let two = plan(&format!("SELECT * FROM bradley_terry(ROWS{by})"));
            assert!(two.contains("mode=Partial"), "{two}");
        }
        assert!(plan("SELECT g, sum(round) FROM ROWS GROUP BY g").contains("mode=Partial"));
    }
}
