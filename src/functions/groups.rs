//! Rows of many groups, gathered before each group gets its own.
//!
//! Rows come some thousand at a time. Of twenty thousand groups, each would get one row
//! now and then, and cost more than it by being called.

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, GenericStringArray, OffsetSizeTrait};
use arrow::compute::{concat, filter};
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};
use datafusion::physical_expr::GroupsAccumulatorAdapter;

/// Rows that a group should get at a time.
const ENOUGH: usize = 32;
/// Most rows that are gathered.
const MOST: usize = 1 << 19;
/// Bytes of text from which on no more is gathered.
const MOST_TEXT: usize = 32 << 20;

/// One accumulator for each group.
pub(super) struct Groups {
    each: GroupsAccumulatorAdapter,
    /// How many arguments differ from row to row; those after them are options.
    columns: usize,
    /// How many groups there are.
    count: usize,
    /// The arguments of the rows gathered, batch by batch, and their groups.
    batches: Vec<Vec<ArrayRef>>,
    groups: Vec<usize>,
    /// Bytes of their text.
    text: usize,
}

impl Groups {
    pub(super) fn new(
        columns: usize,
        accumulator: impl Fn() -> Result<Box<dyn Accumulator>> + Send + 'static,
    ) -> Self {
        Self {
            each: GroupsAccumulatorAdapter::new(accumulator),
            columns,
            count: 0,
            batches: Vec::new(),
            groups: Vec::new(),
            text: 0,
        }
    }

    fn columns<'v>(&self, values: &'v [ArrayRef]) -> &'v [ArrayRef] {
        values.get(..self.columns).unwrap_or(values)
    }

    /// Gives the groups the rows gathered.
    fn hand_out(&mut self) -> Result<()> {
        let width = self.batches.first().map_or(0, Vec::len);
        if width == 0 {
            return Ok(());
        }
        let column = |at: usize| {
            let parts = self.batches.iter().filter_map(|batch| batch.get(at));
            concat(&parts.map(AsRef::as_ref).collect::<Vec<&dyn Array>>())
        };
        let columns = (0..width).map(column);
        let columns = columns.collect::<std::result::Result<Vec<_>, _>>()?;
        self.batches.clear();
        self.text = 0;
        let groups = std::mem::take(&mut self.groups);
        self.each.update_batch(&columns, &groups, None, self.count)
    }

    /// Fewer groups by those that were emitted.
    fn emitted(&mut self, groups: EmitTo) {
        self.count = match groups {
            EmitTo::All => 0,
            EmitTo::First(n) => self.count.saturating_sub(n),
        };
    }
}

impl GroupsAccumulator for Groups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.count = self.count.max(total_num_groups);
        let columns = self.columns(values);
        let text: usize = columns.iter().map(text).sum();
        // A batch of much text goes by itself.
        if self.text + text > MOST_TEXT {
            self.hand_out()?;
        }
        self.text += text;
        match opt_filter {
            None => {
                self.batches.push(columns.to_vec());
                self.groups.extend_from_slice(group_indices);
            }
            Some(wanted) => {
                let wanted: Vec<bool> = wanted.iter().map(|w| w == Some(true)).collect();
                let mask = BooleanArray::from(wanted.clone());
                let kept = columns.iter().map(|column| filter(column, &mask));
                self.batches
                    .push(kept.collect::<std::result::Result<Vec<_>, _>>()?);
                let groups = group_indices.iter().zip(wanted);
                self.groups.extend(
                    groups
                        .filter(|(_, wanted)| *wanted)
                        .map(|(group, _)| *group),
                );
            }
        }
        if self.groups.len() >= (ENOUGH * self.count).min(MOST) || self.text > MOST_TEXT {
            self.hand_out()?;
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        self.hand_out()?;
        self.emitted(emit_to);
        self.each.evaluate(emit_to)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        self.hand_out()?;
        self.emitted(emit_to);
        self.each.state(emit_to)
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.count = self.count.max(total_num_groups);
        self.each.merge_batch(values, group_indices, self.count)
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        self.each.convert_to_state(self.columns(values), opt_filter)
    }

    fn size(&self) -> usize {
        self.each.size() + self.groups.len() * (8 + 16 * self.columns) + self.text
    }
}

/// Bytes of text that the rows of a column refer to.
fn text(column: &ArrayRef) -> usize {
    fn spread<O: OffsetSizeTrait>(texts: &GenericStringArray<O>) -> usize {
        let ends = texts.value_offsets();
        let at = |end: Option<&O>| end.map_or(0, |end| end.as_usize());
        at(ends.last()) - at(ends.first())
    }
    match column.data_type() {
        DataType::Utf8 => spread(column.as_string::<i32>()),
        DataType::LargeUtf8 => spread(column.as_string::<i64>()),
        DataType::Utf8View => column.as_string_view().total_buffer_bytes_used(),
        DataType::Dictionary(_, _) => text(column.as_any_dictionary().values()),
        DataType::Struct(_) => column.as_struct().columns().iter().map(text).sum(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Int64Array, StringArray};
    use arrow::datatypes::Int64Type;
    use datafusion::common::ScalarValue;
    use std::collections::BTreeMap;
    use std::sync::Arc;

    /// The sum and the number of calls.
    #[derive(Debug, Default)]
    struct Sum(i64, i64);

    impl Accumulator for Sum {
        fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
            assert_eq!(values.len(), 1, "options are not handed out");
            let values = values[0].as_primitive::<Int64Type>();
            self.0 += values.iter().flatten().sum::<i64>();
            self.1 += 1;
            Ok(())
        }

        fn evaluate(&mut self) -> Result<ScalarValue> {
            Ok(ScalarValue::Int64(Some(self.0)))
        }

        fn size(&self) -> usize {
            16
        }

        fn state(&mut self) -> Result<Vec<ScalarValue>> {
            Ok(vec![self.evaluate()?, ScalarValue::Int64(Some(self.1))])
        }

        fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
            for (to, from) in [&mut self.0, &mut self.1].into_iter().zip(states) {
                *to += from
                    .as_primitive::<Int64Type>()
                    .iter()
                    .flatten()
                    .sum::<i64>();
            }
            Ok(())
        }
    }

    /// The number of rows.
    #[derive(Debug, Default)]
    struct Count(i64);

    impl Accumulator for Count {
        fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
            self.0 += values[0].len() as i64;
            Ok(())
        }

        fn evaluate(&mut self) -> Result<ScalarValue> {
            Ok(ScalarValue::Int64(Some(self.0)))
        }

        fn size(&self) -> usize {
            8
        }

        fn state(&mut self) -> Result<Vec<ScalarValue>> {
            unreachable!()
        }

        fn merge_batch(&mut self, _: &[ArrayRef]) -> Result<()> {
            unreachable!()
        }
    }

    fn groups() -> Groups {
        Groups::new(1, || Ok(Box::new(Sum::default())))
    }

    /// A thousand rows of so many groups: the value is the row, and an option is beside it.
    fn batch(from: i64, groups: usize) -> (Vec<ArrayRef>, Vec<usize>) {
        let values: Int64Array = (from..from + 1000).collect::<Vec<_>>().into();
        let option = StringArray::from(vec!["option"; 1000]);
        let of = (from..from + 1000).map(|row| row as usize * 7 % groups);
        (vec![Arc::new(values), Arc::new(option)], of.collect())
    }

    fn numbers(array: &ArrayRef) -> Vec<i64> {
        array.as_primitive::<Int64Type>().values().to_vec()
    }

    fn expected(rows: i64, groups: usize, wanted: impl Fn(i64) -> bool) -> Vec<i64> {
        let mut sums: BTreeMap<usize, i64> = (0..groups).map(|group| (group, 0)).collect();
        for row in (0..rows).filter(|row| wanted(*row)) {
            *sums.entry(row as usize * 7 % groups).or_default() += row;
        }
        sums.into_values().collect()
    }

    #[test]
    fn every_group_gets_its_rows_in_few_calls() {
        for count in [1, 100, 500] {
            let mut all = groups();
            for from in (0..40_000).step_by(1000) {
                let (values, of) = batch(from, count);
                all.update_batch(&values, &of, None, count).unwrap();
            }
            let states = all.state(EmitTo::All).unwrap();
            assert_eq!(numbers(&states[0]), expected(40_000, count, |_| true));
            // Of 40 batches, as many are given together as make 32 rows a group.
            let calls = 40_usize.div_ceil((32 * count).div_ceil(1000)) as i64;
            assert_eq!(numbers(&states[1]), vec![calls; count]);
        }
    }

    #[test]
    fn much_text_is_not_gathered() {
        let texts: ArrayRef = Arc::new(StringArray::from(vec!["x".repeat(20_000); 1000]));
        let encodings = [DataType::LargeUtf8, DataType::Utf8View, DataType::Utf8];
        for encoding in encodings {
            let texts = arrow::compute::cast(&texts, &encoding).unwrap();
            assert_eq!(text(&texts), 20_000_000);
            let mut all = Groups::new(1, || Ok(Box::new(Count::default())));
            let of: Vec<usize> = (0..1000).collect();
            for _ in 0..5 {
                all.update_batch(&[Arc::clone(&texts)], &of, None, 1000)
                    .unwrap();
                assert!(all.text <= MOST_TEXT && all.size() > all.text);
            }
            let counts = numbers(&all.evaluate(EmitTo::All).unwrap());
            assert_eq!(counts, vec![5; 1000]);
        }
    }

    #[test]
    fn what_a_filter_leaves_out_or_does_not_know_is_not_counted() {
        let mut all = groups();
        for from in (0..3000).step_by(1000) {
            let (values, of) = batch(from, 300);
            let wanted = |row: i64| [Some(true), Some(false), None][row as usize % 3];
            let wanted: BooleanArray = (from..from + 1000).map(wanted).collect();
            all.update_batch(&values, &of, Some(&wanted), 300).unwrap();
        }
        let found = numbers(&all.evaluate(EmitTo::All).unwrap());
        assert_eq!(found, expected(3000, 300, |row| row % 3 == 0));
        // A group of which no row is wanted is a group all the same.
        let (values, of) = batch(0, 300);
        let none = BooleanArray::from(vec![false; 1000]);
        all.update_batch(&values, &of, Some(&none), 300).unwrap();
        assert_eq!(numbers(&all.evaluate(EmitTo::All).unwrap()), vec![0; 300]);
    }

    #[test]
    fn groups_are_emitted_one_after_another_and_merged() {
        let mut all = groups();
        let (values, of) = batch(0, 50);
        all.update_batch(&values, &of, None, 50).unwrap();
        let mut found = numbers(&all.evaluate(EmitTo::First(20)).unwrap());
        // Those that are left are numbered from 0.
        let states = all.convert_to_state(&values, None).unwrap();
        let rest: Vec<usize> = of.iter().map(|group| group % 30).collect();
        all.merge_batch(&states, &rest, 30).unwrap();
        let (more, _) = batch(1000, 50);
        all.update_batch(&more, &rest, None, 30).unwrap();
        found.extend(numbers(&all.evaluate(EmitTo::All).unwrap()));
        let mut sums = expected(1000, 50, |_| true);
        for (row, group) in rest.iter().enumerate() {
            sums[20 + group] += row as i64 + (1000 + row as i64);
        }
        assert_eq!(found, sums);
    }
}
