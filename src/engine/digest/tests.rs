use std::sync::Arc;

use arrow::array::*;
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::*;
use proptest::prelude::*;

use super::*;

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true)))
        .unwrap()
}

fn digest_of(batch: &RecordBatch) -> String {
    let digest = result(batch.schema_ref(), std::slice::from_ref(batch)).unwrap();
    digest.to_string()
}

fn float_bits(array: &ArrayRef) -> Vec<u64> {
    let floats = array.as_primitive::<Float64Type>();
    floats.values().iter().map(|x| x.to_bits()).collect()
}

fn narrow() -> RecordBatch {
    batch(vec![
        ("i8", Arc::new(Int8Array::from(vec![-1]))),
        ("u16", Arc::new(UInt16Array::from(vec![65535]))),
        ("u64", Arc::new(UInt64Array::from(vec![u64::MAX]))),
        ("f32", Arc::new(Float32Array::from(vec![-f32::NAN]))),
    ])
}

fn text_and_floats() -> RecordBatch {
    batch(vec![
        (
            "model",
            Arc::new(StringArray::from(vec![
                Some("a"),
                Some(""),
                None,
                Some("é"),
            ])),
        ),
        (
            "rating",
            Arc::new(Float64Array::from(vec![
                Some(1.5),
                Some(-0.0),
                Some(f64::from_bits(0xfff8_0000_0000_0123)),
                None,
            ])),
        ),
        (
            "ok",
            Arc::new(BooleanArray::from(vec![
                Some(true),
                Some(false),
                None,
                Some(true),
            ])),
        ),
    ])
}

fn time() -> RecordBatch {
    let interval = IntervalMonthDayNano::new(1, -2, 3);
    batch(vec![
        ("d", Arc::new(Date32Array::from(vec![19000]))),
        (
            "t",
            Arc::new(TimestampMicrosecondArray::from(vec![1]).with_timezone("UTC")),
        ),
        ("s", Arc::new(TimestampSecondArray::from(vec![None]))),
        (
            "w",
            Arc::new(IntervalMonthDayNanoArray::from(vec![interval])),
        ),
    ])
}

fn wide() -> RecordBatch {
    let decimal = Decimal128Array::from(vec![-12345]);
    batch(vec![
        (
            "m",
            Arc::new(decimal.with_precision_and_scale(10, 2).unwrap()),
        ),
        ("b", Arc::new(BinaryArray::from(vec![&b"\x00\xff"[..]]))),
        (
            "f",
            Arc::new(FixedSizeBinaryArray::try_from_iter([b"ab"].into_iter()).unwrap()),
        ),
    ])
}

fn nested() -> RecordBatch {
    let mut lists = ListBuilder::new(StringBuilder::new());
    lists.append_value([Some("a"), None]);
    lists.append_value(Vec::<Option<&str>>::new());
    lists.append_null();
    let members: Vec<(FieldRef, ArrayRef)> = vec![
        (
            Arc::new(Field::new("model", DataType::Utf8, true)),
            Arc::new(StringArray::from(vec![Some("m"), None, Some("hidden")])),
        ),
        (
            Arc::new(Field::new("rating", DataType::Float64, true)),
            Arc::new(Float64Array::from(vec![Some(1.0), None, Some(9.0)])),
        ),
    ];
    let (fields, arrays): (Vec<_>, Vec<_>) = members.into_iter().unzip();
    let nulls = vec![true, true, false].into();
    let structs = StructArray::new(fields.into(), arrays, Some(nulls));
    let mut maps = MapBuilder::new(None, StringBuilder::new(), Int64Builder::new());
    maps.keys().append_value("k");
    maps.values().append_value(1);
    maps.keys().append_value("l");
    maps.values().append_null();
    maps.append(true).unwrap();
    maps.append(true).unwrap();
    maps.append(false).unwrap();
    batch(vec![
        ("l", Arc::new(lists.finish())),
        ("s", Arc::new(structs)),
        ("m", Arc::new(maps.finish())),
    ])
}

/// Values printed by scripts/result_digest_vectors.py.
#[test]
fn vectors_of_the_independent_script() {
    let empty = RecordBatch::new_empty(Arc::new(Schema::empty()));
    let no_rows = batch(vec![("x", Arc::new(Int64Array::from(Vec::<i64>::new())))]);
    let integers = batch(vec![(
        "n",
        Arc::new(Int64Array::from(vec![Some(1), None, Some(-2)])),
    )]);
    for (batch, expected) in [
        (
            empty,
            "a03c5c5d36ff8a2afe9fe153b926a5af46de42f8261173f08e3a9d1f5ee04165",
        ),
        (
            no_rows,
            "328d06415e29a67f66114f2bd20fad708ec38d2f2054f2740a153a998b38beef",
        ),
        (
            integers,
            "1a8d5cf1446c67135374030a612fdd5c0954be4c7ff1bc04d5ed39df0b880a43",
        ),
        (
            text_and_floats(),
            "3f1176044b45fca98685962caf453ef8ccdc8ca229b3ac8cde3ab8f061636e65",
        ),
        (
            narrow(),
            "e1f735dbf319bfb037bbd1af6f9b8b814579a974da4db97fe5864c21724cd4cc",
        ),
        (
            time(),
            "0c514d8e0270f2430b9bb179939d68e14a4ab4b84b1d3f4618d04d1aec3d5239",
        ),
        (
            wide(),
            "a0b780c0d47db2cfece0128bcaf6709b0f0b14849a9c12f80850c0baaf546d86",
        ),
        (
            nested(),
            "1da277bf73945eb6151a6063cbc2a641fc7cac8c76c35f2cd98d23005a204f56",
        ),
    ] {
        assert_eq!(digest_of(&batch), format!("sha256:{expected}"), "{batch:?}");
    }
}

#[test]
fn encodings_of_one_meaning_have_one_digest() {
    let plain = digest_of(&text_and_floats());
    let dictionary = |values| DataType::Dictionary(Box::new(DataType::Int32), Box::new(values));
    let run_end = DataType::RunEndEncoded(
        Arc::new(Field::new("run_ends", DataType::Int32, false)),
        Arc::new(Field::new("values", DataType::Utf8, true)),
    );
    for kind in [
        DataType::LargeUtf8,
        DataType::Utf8View,
        dictionary(DataType::Utf8),
        dictionary(DataType::LargeUtf8),
        run_end,
    ] {
        let batch = text_and_floats();
        let model = cast(batch.column(0), &kind).unwrap();
        let recoded = self::batch(vec![
            ("model", model),
            ("rating", batch.column(1).clone()),
            ("ok", batch.column(2).clone()),
        ]);
        assert_eq!(digest_of(&recoded), plain, "{kind}");
    }
    let lists = nested().project(&[0]).unwrap();
    let item = Arc::new(Field::new("anything", DataType::Utf8View, true));
    for kind in [
        DataType::LargeList(Arc::clone(&item)),
        DataType::ListView(Arc::clone(&item)),
        DataType::LargeListView(item),
    ] {
        let recoded = batch(vec![("l", cast(lists.column(0), &kind).unwrap())]);
        assert_eq!(digest_of(&recoded), digest_of(&lists), "{kind}");
    }
    let pairs = FixedSizeListArray::from_iter_primitive::<Int64Type, _, _>(
        vec![Some(vec![Some(1), Some(2)]), None],
        2,
    );
    let list = cast(
        &pairs,
        &DataType::List(Arc::new(Field::new("item", DataType::Int64, true))),
    )
    .unwrap();
    assert_eq!(
        digest_of(&batch(vec![("p", Arc::new(pairs))])),
        digest_of(&batch(vec![("p", list)]))
    );
    let cents = wide();
    let wider = cast(cents.column(0), &DataType::Decimal256(10, 2)).unwrap();
    let wider = batch(vec![
        ("m", wider),
        ("b", cents.column(1).clone()),
        ("f", cents.column(2).clone()),
    ]);
    assert_eq!(digest_of(&wider), digest_of(&cents));
}

#[test]
fn different_meanings_have_different_digests() {
    let column = |name: &str, array: ArrayRef| digest_of(&batch(vec![(name, array)]));
    let digests = [
        column("n", Arc::new(Int64Array::from(vec![1, 2]))),
        column("n", Arc::new(Int64Array::from(vec![2, 1]))),
        column("n", Arc::new(Int64Array::from(vec![1]))),
        column("n", Arc::new(Int32Array::from(vec![1, 2]))),
        column("n", Arc::new(Float64Array::from(vec![1.0, 2.0]))),
        column("m", Arc::new(Int64Array::from(vec![1, 2]))),
        column("n", Arc::new(Int64Array::from(vec![Some(1), None]))),
        column("n", Arc::new(Int64Array::from(vec![Some(1), Some(0)]))),
        column("n", Arc::new(StringArray::from(vec!["ab", "c"]))),
        column("n", Arc::new(StringArray::from(vec!["a", "bc"]))),
        column("n", Arc::new(StringArray::from(vec!["abc", ""]))),
        column("n", Arc::new(StringArray::from(vec![Some("abc"), None]))),
        column("n", Arc::new(BinaryArray::from(vec![&b"ab"[..], b"c"]))),
        column("n", Arc::new(TimestampSecondArray::from(vec![1, 2]))),
        column(
            "n",
            Arc::new(TimestampSecondArray::from(vec![1, 2]).with_timezone("UTC")),
        ),
    ];
    let mut distinct = digests.to_vec();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), digests.len());
}

#[test]
fn slices_and_splits_do_not_show() {
    for whole in [text_and_floats(), nested()] {
        let rows = whole.num_rows();
        let expected = result(whole.schema_ref(), std::slice::from_ref(&whole)).unwrap();
        for cut in 0..=rows {
            let parts = [whole.slice(0, cut), whole.slice(cut, rows - cut)];
            assert_eq!(
                result(whole.schema_ref(), &parts).unwrap(),
                expected,
                "{cut}"
            );
        }
        let doubled = concat_batches(whole.schema_ref(), [&whole, &whole]).unwrap();
        let parts = [whole.clone(), whole.clone()];
        assert_eq!(
            result(whole.schema_ref(), &parts).unwrap().to_string(),
            digest_of(&doubled)
        );
        assert_eq!(digest_of(&doubled.slice(rows, rows)), expected.to_string());
    }
}

#[test]
fn normalising_leaves_one_nan_and_one_zero() {
    let odd = f64::from_bits(0xfff8_0000_0000_0123);
    let floats = Float64Array::from(vec![odd, -0.0, 1.5]);
    let mut lists = ListBuilder::new(Float64Builder::new());
    for x in [odd, -0.0, 2.5] {
        lists.append_value([Some(x), None]);
    }
    let keys = Int8Array::from(vec![0, 1, 0]);
    let values: ArrayRef = Arc::new(Float64Array::from(vec![-0.0, 3.5]));
    let before = batch(vec![
        ("x", Arc::new(floats)),
        ("l", Arc::new(lists.finish())),
        ("d", Arc::new(DictionaryArray::new(keys, values))),
        ("s", Arc::new(StringArray::from(vec!["a", "b", "c"]))),
    ]);
    let after = normalise(&before).unwrap();
    assert_eq!(after.schema(), before.schema());
    assert_eq!(digest_of(&after), digest_of(&before));
    let nan = 0x7ff8_0000_0000_0000;
    assert_eq!(float_bits(after.column(0)), [nan, 0, 1.5f64.to_bits()]);
    let first = after.column(1).as_list::<i32>().value(0);
    assert_eq!(float_bits(&first)[0], nan);
    let dictionary = after.column(2).as_any_dictionary();
    assert_eq!(float_bits(dictionary.values()), [0, 3.5f64.to_bits()]);
    assert!(Arc::ptr_eq(after.column(3), before.column(3)));
    let sliced = normalise(&before.slice(1, 2)).unwrap();
    assert_eq!(sliced, normalise(&before).unwrap().slice(1, 2));
}

#[test]
fn half_floats_have_canonical_bits() {
    for (bits, canonical) in [
        (0x8000, 0),
        (0xfe01, 0x7e00),
        (0xfc00, 0xfc00),
        (0x3c00, 0x3c00),
    ] {
        assert_eq!(normal::half(bits), canonical);
    }
}

#[test]
fn unions_are_refused_by_name() {
    let fields = UnionFields::try_new([0], [Field::new("i", DataType::Int64, true)]).unwrap();
    let schema = Schema::new(vec![Field::new(
        "either",
        DataType::Union(fields, UnionMode::Sparse),
        true,
    )]);
    let message = Hasher::new(&schema).unwrap_err().to_string();
    assert!(message.contains("\"either\""), "{message}");
}

#[test]
fn batches_of_another_shape_are_refused() {
    let ints = batch(vec![("n", Arc::new(Int64Array::from(vec![1])))]);
    let text = batch(vec![("n", Arc::new(StringArray::from(vec!["1"])))]);
    let mut hasher = Hasher::new(ints.schema_ref()).unwrap();
    assert!(hasher.update(&text).is_err());
    assert!(hasher.update(&text_and_floats()).is_err());
    assert!(hasher.update(&ints).is_ok());
}

#[test]
fn text_form_reads_back() {
    let digest = result(&Schema::empty(), &[]).unwrap();
    let text = digest.to_string();
    assert_eq!(ResultDigest::parse(&text), Some(digest));
    assert_eq!(digest.short(), text[7..19]);
    for wrong in [&text[7..], &text[..70], &text.to_uppercase(), "sha256:", ""] {
        assert_eq!(ResultDigest::parse(wrong), None, "{wrong}");
    }
    assert_eq!(ResultDigest::parse(&text.replace('a', "A")), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_split_has_the_same_digest(
        rows in prop::collection::vec((any::<Option<i64>>(), any::<Option<f64>>(), any::<Option<String>>()), 0..40),
        cut in 0usize..40,
    ) {
        let ints: Int64Array = rows.iter().map(|row| row.0).collect();
        let floats: Float64Array = rows.iter().map(|row| row.1).collect();
        let texts: StringArray = rows.iter().map(|row| row.2.clone()).collect();
        let whole = batch(vec![("i", Arc::new(ints)), ("f", Arc::new(floats)), ("t", Arc::new(texts))]);
        let cut = cut.min(rows.len());
        let parts = [whole.slice(0, cut), whole.slice(cut, rows.len() - cut)];
        prop_assert_eq!(
            result(whole.schema_ref(), &parts).unwrap().to_string(),
            digest_of(&normalise(&whole).unwrap())
        );
    }
}

/// Not a timed test: prints the speed when asked for with `--ignored`.
#[test]
#[ignore = "measures speed"]
#[expect(
    clippy::disallowed_methods,
    reason = "a stopwatch around a measurement"
)]
fn speed() {
    let rows = 1_000_000;
    let ints: Int64Array = (0..rows).collect();
    let floats: Float64Array = (0..rows).map(|i| Some(i as f64 / 3.0)).collect();
    let texts: StringArray = (0..rows)
        .map(|i| Some(format!("model-{}", i % 1000)))
        .collect();
    let whole = batch(vec![
        ("i", Arc::new(ints)),
        ("f", Arc::new(floats)),
        ("t", Arc::new(texts)),
    ]);
    let start = std::time::Instant::now();
    let digest = digest_of(&whole);
    let cells = 3.0 * rows as f64 / start.elapsed().as_secs_f64();
    eprintln!("{digest}: {:.0} M cells/s", cells / 1e6);
}
