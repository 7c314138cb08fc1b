//! Which columns make the order of a plan's rows total.

use std::collections::BTreeSet;

use arrow::datatypes::DataType;
use datafusion::common::{Column, Dependency, ScalarValue};
use datafusion::logical_expr::{Distinct, Expr, LogicalPlan, Projection, SortExpr};

/// The keys that make an order total.
#[derive(Debug, Default)]
pub(in crate::engine) struct TieBreak {
    /// To be appended to the keys already there.
    pub keys: Vec<SortExpr>,
    /// Columns that would be needed and have no order (maps, unions); when
    /// there are any, the order is not total.
    pub unsortable: Vec<String>,
}

/// What to append to `covered` (sort keys and partition columns) so that the
/// order of `input`'s rows is total.
pub(in crate::engine) fn tie_break(input: &LogicalPlan, covered: &[Expr]) -> TieBreak {
    let schema = input.schema();
    let key = unique_key(input);
    let mut known: BTreeSet<usize> = covered
        .iter()
        .filter_map(|expr| match expr {
            Expr::Column(column) => schema.maybe_index_of_column(column),
            _ => None,
        })
        .collect();
    let total = |known: &BTreeSet<usize>| key.as_ref().is_some_and(|key| key.is_subset(known));
    let mut out = TieBreak::default();
    for (index, (qualifier, field)) in schema.iter().enumerate() {
        if total(&known) {
            return TieBreak {
                unsortable: Vec::new(),
                ..out
            };
        }
        if known.contains(&index) {
            continue;
        }
        if !is_sortable(field.data_type()) {
            out.unsortable.push(field.name().clone());
            continue;
        }
        let column = Column::new(qualifier.cloned(), field.name());
        out.keys.push(Expr::Column(column).sort(true, false));
        known.insert(index);
    }
    if total(&known) {
        out.unsortable.clear();
    }
    out
}

/// Whether rows can be sorted by a column of this type.
pub(in crate::engine) fn is_sortable(kind: &DataType) -> bool {
    match kind {
        DataType::Map(..) | DataType::Union(..) => false,
        DataType::List(of)
        | DataType::LargeList(of)
        | DataType::ListView(of)
        | DataType::LargeListView(of)
        | DataType::FixedSizeList(of, _) => is_sortable(of.data_type()),
        DataType::Struct(fields) => fields.iter().all(|field| is_sortable(field.data_type())),
        DataType::Dictionary(_, values) => is_sortable(values),
        DataType::RunEndEncoded(_, values) => is_sortable(values.data_type()),
        _ => true,
    }
}

/// Positions of columns no two rows of `plan` share, as far as the plan tells;
/// the empty set when there is at most one row. Sound for the nodes listed and
/// silent about all others (DataFusion's own functional dependencies survive
/// an unnest, which repeats rows).
fn unique_key(plan: &LogicalPlan) -> Option<BTreeSet<usize>> {
    match plan {
        LogicalPlan::TableScan(scan) => scan
            .projected_schema
            .functional_dependencies()
            .iter()
            .filter(|dependency| dependency.mode == Dependency::Single && !dependency.nullable)
            .map(|dependency| dependency.source_indices.iter().copied().collect())
            .min_by_key(BTreeSet::len),
        LogicalPlan::Filter(node) => unique_key(&node.input),
        LogicalPlan::Sort(node) => unique_key(&node.input),
        LogicalPlan::Repartition(node) => unique_key(&node.input),
        LogicalPlan::SubqueryAlias(node) => unique_key(&node.input),
        LogicalPlan::Subquery(node) => unique_key(&node.subquery),
        // Input columns come first and keep their positions.
        LogicalPlan::Window(node) => unique_key(&node.input),
        LogicalPlan::Limit(node) => match node.fetch.as_deref() {
            Some(Expr::Literal(ScalarValue::Int64(Some(0 | 1)), _)) => Some(BTreeSet::new()),
            _ => unique_key(&node.input),
        },
        LogicalPlan::Projection(node) => projected(node),
        LogicalPlan::Aggregate(node) => {
            let grouping_sets = |expr: &Expr| matches!(expr, Expr::GroupingSet(_));
            (!node.group_expr.iter().any(grouping_sets))
                .then(|| (0..node.group_expr.len()).collect())
        }
        LogicalPlan::Distinct(Distinct::All(input)) => {
            Some(unique_key(input).unwrap_or_else(|| (0..input.schema().fields().len()).collect()))
        }
        LogicalPlan::EmptyRelation(_) => Some(BTreeSet::new()),
        LogicalPlan::Values(node) if node.values.len() < 2 => Some(BTreeSet::new()),
        _ => None,
    }
}

fn projected(node: &Projection) -> Option<BTreeSet<usize>> {
    let input = node.input.schema();
    let sources: Vec<Option<usize>> = node
        .expr
        .iter()
        .map(|expr| match expr.clone().unalias() {
            Expr::Column(column) => input.maybe_index_of_column(&column),
            _ => None,
        })
        .collect();
    unique_key(&node.input)?
        .into_iter()
        .map(|column| sources.iter().position(|source| *source == Some(column)))
        .collect()
}
