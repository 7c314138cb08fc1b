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

type Rule = Arc<dyn PhysicalOptimizerRule + Send + Sync>;

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
