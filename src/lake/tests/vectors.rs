//! LH1 against `scripts/lh1_vectors.py`, an implementation from the specification alone.

use super::*;
use arrow::array::{
    BinaryArray, Date32Array, Float32Array, Int8Array, Int8Builder, Int16Array, Int32Builder,
    LargeListArray, MapBuilder, StringBuilder, StringViewArray, StructArray, UInt8Array,
    UInt16Array, UInt32Array, UInt64Array,
};
use arrow::compute::cast;

fn hash(array: ArrayRef) -> String {
    let field = Field::new("c", array.data_type().clone(), true);
    column_hash(&FieldDoc::from_arrow(&field).unwrap(), &array)
        .unwrap()
        .hex()
}

fn leaves() -> Vec<Digest> {
    (0..7u8).map(|i| Digest::of(&[i])).collect()
}

#[test]
fn columns_of_every_fixed_width_type_hash_as_specified() {
    let nan = f64::from_bits(0xfff8_0000_0000_0001);
    let cases: Vec<(ArrayRef, &str)> = vec![
        (
            Arc::new(BooleanArray::from(vec![Some(true), Some(false), None])),
            "df4f0b407c0df925aeed7bccec026c80241c9677f8827ff23968221f3153474c",
        ),
        (
            Arc::new(Int8Array::from(vec![Some(-1), None, Some(127)])),
            "2304f5190181154ae7118047e5342c3bc0f46a8d6fcd2d756505ca85c47762b1",
        ),
        (
            Arc::new(Int16Array::from(vec![Some(-2), None])),
            "59e9c2b5d71f89084a47518a41c70569b71100fb85a5702d504968231179ae7d",
        ),
        (
            Arc::new(Int32Array::from(vec![Some(1), None, Some(-3)])),
            "cbb447b76b1177cb3cc06c6ca78847fa70e8050ed781370511c6f7ff239e2920",
        ),
        (
            Arc::new(Int64Array::from(vec![None, Some(0)])),
            "1a750df1353809ef44fd4f1195457ad8941151f87db0b94bf7bb74611ecb57db",
        ),
        (
            Arc::new(Int64Array::from(vec![Some(0), None])),
            "f93c083cd24ccdb954d9a950cd5ca0a93a3ab9bf31ad8d108850622d75128bb4",
        ),
        (
            Arc::new(UInt8Array::from(vec![255])),
            "64c83c2879a0a9cb5b0f68cce065706f8e4ca9858802dddbff2c99550883e2ba",
        ),
        (
            Arc::new(UInt16Array::from(vec![65535])),
            "683a98eaaa47d314d26efad7828fa4980b511dee357da072c01646129440ee5c",
        ),
        (
            Arc::new(UInt32Array::from(vec![u32::MAX])),
            "9fa23ff32ac3c4550d4fcf60913d4f5929415b612efd3d885ef0397c3a508b3f",
        ),
        (
            Arc::new(UInt64Array::from(vec![u64::MAX])),
            "2a1eb2f87c551a5f4d50caefbaf1bef419122442abbc71f2f3c8693bf7b035e0",
        ),
        (
            Arc::new(Float32Array::from(vec![1.5, -0.0, nan as f32])),
            "1c37879c92581568b12bbb00f769af104a50cb6731e3afd892626ca31c9f5c07",
        ),
        (
            Arc::new(Float64Array::from(vec![
                Some(0.1),
                Some(-0.0),
                Some(nan),
                None,
            ])),
            "f2496fa42321d1cb64c4f3bb2ad6a03e1dc430c20a3422155454b049ca62adb3",
        ),
        (
            Arc::new(Date32Array::from(vec![-1, 20000])),
            "04111f33367fad98ba004173ec6d2b0a388c17835e831c1254d6e4b745cd3aef",
        ),
        (
            Arc::new(
                TimestampMicrosecondArray::from(vec![Some(0), Some(-1), None])
                    .with_timezone("+00:00"),
            ),
            "284c373dd4f62eb7cda237b7fc5a1602859d8fa44d40d05d8a02de2f6581ff5e",
        ),
    ];
    for (array, expected) in cases {
        assert_eq!(hash(array.clone()), expected, "{:?}", array.data_type());
    }
}

#[test]
fn text_and_bytes_hash_alike_in_every_representation() {
    let texts = StringArray::from(vec![Some(""), None, Some("é"), Some("ab")]);
    let split = StringArray::from(vec![Some("ab"), Some(""), None, Some("é")]);
    let dictionary = DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8));
    for to in [
        DataType::Utf8,
        DataType::LargeUtf8,
        DataType::Utf8View,
        dictionary,
    ] {
        assert_eq!(
            hash(cast(&texts, &to).unwrap()),
            "4210b78ed4370c56fffa96db2025d3e8715d62a859e5fe6d0d23102e94111908",
            "{to}"
        );
        assert_eq!(
            hash(cast(&split, &to).unwrap()),
            "7ed3aec2c4d459b2ffb7135c1de55fac52f7bb1fc5b1dbb74970c607652a65d3",
            "{to}"
        );
        assert_eq!(
            hash(cast(&StringArray::new_null(0), &to).unwrap()),
            "0224e927b3f172ca1f1e5f7e3a81b1b0f59cbff3dd957cef8a5aa189bb279b64",
            "{to}"
        );
    }
    let bytes = BinaryArray::from(vec![Some(b"\0\xff".as_slice()), None]);
    for to in [
        DataType::Binary,
        DataType::LargeBinary,
        DataType::BinaryView,
    ] {
        assert_eq!(
            hash(cast(&bytes, &to).unwrap()),
            "c5c25ccc8ab9a16bb2bdc24fbba88a20ba04a4f0bd11d3d9447a8a83a9dbe0c9",
            "{to}"
        );
    }
    // A null may also hide behind a valid dictionary key.
    let values = Arc::new(StringArray::from(vec![
        None,
        Some("é"),
        Some("ab"),
        Some(""),
    ]));
    let keys = Int8Array::from(vec![Some(3), Some(0), Some(1), Some(2)]);
    let hidden = arrow::array::DictionaryArray::try_new(keys, values).unwrap();
    assert_eq!(
        hash(Arc::new(hidden)),
        "4210b78ed4370c56fffa96db2025d3e8715d62a859e5fe6d0d23102e94111908"
    );
}

#[test]
fn nested_columns_hash_as_specified() {
    let items = || vec![Some(vec![Some(1), None]), Some(vec![]), None];
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>(items());
    assert_eq!(
        hash(Arc::new(list.clone())),
        "d75d2d5a471532b9c77e9df53e598d3fe4b95deb7a223aed7f6e13566c9fa421"
    );
    assert_eq!(
        hash(Arc::new(LargeListArray::from_iter_primitive::<
            Int32Type,
            _,
            _,
        >(items()))),
        "d75d2d5a471532b9c77e9df53e598d3fe4b95deb7a223aed7f6e13566c9fa421"
    );
    // A slice of a longer column is the same column.
    let longer = arrow::compute::concat(&[&list, &list, &list]).unwrap();
    assert_eq!(
        hash(longer.slice(3, 3)),
        "d75d2d5a471532b9c77e9df53e598d3fe4b95deb7a223aed7f6e13566c9fa421"
    );

    let x = Arc::new(Float64Array::from_iter([Some(1.0), Some(9.0), None])) as ArrayRef;
    let y = Arc::new(StringViewArray::from(vec![None, Some("hidden"), Some("q")])) as ArrayRef;
    let fields = vec![
        Field::new("x", DataType::Float64, true),
        Field::new("y", DataType::Utf8View, true),
    ];
    let pair = StructArray::new(
        fields.into(),
        vec![x, y],
        Some(vec![true, false, true].into()),
    );
    assert_eq!(
        hash(Arc::new(pair)),
        "669c5c5871c49bad920244090313640ae96f98d4c5299349b76feff82465d2de"
    );

    for order in [["a", "b"], ["b", "a"]] {
        let mut map = MapBuilder::new(None, StringBuilder::new(), Int32Builder::new());
        for key in order {
            map.keys().append_value(key);
            map.values().append_option((key == "b").then_some(2));
        }
        map.append(true).unwrap();
        map.append(true).unwrap();
        map.append(false).unwrap();
        assert_eq!(
            hash(Arc::new(map.finish())),
            "4983367815a52a0060d62b04db2eb62068a3eaf27500ff1016ab0fe63cd821d4"
        );
    }
}

#[test]
fn schema_slice_and_roots_hash_as_specified() {
    let schema = Schema::new(vec![
        Field::new("dataset", DataType::Utf8, false),
        Field::new("id", DataType::Int64, false),
        Field::new("score", DataType::Float64, true),
    ]);
    let fields: Vec<FieldDoc> = schema
        .fields()
        .iter()
        .map(|f| FieldDoc::from_arrow(f).unwrap())
        .collect();
    let hash = schema_hash(&fields, &["dataset".into(), "id".into()]);
    assert_eq!(
        hash.hex(),
        "5bafbbdc6f4cf732e83b694301dd10041381752b1c447dde9bbdadfd5e88abde"
    );
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from(vec!["d"; 3])),
        Arc::new(Int64Array::from(vec![1, 2, 3])),
        Arc::new(Float64Array::from_iter([Some(0.5), None, Some(-0.0)])),
    ];
    let batch = RecordBatch::try_new(Arc::new(schema), columns).unwrap();
    let slice = slice_hash(&hash, &fields, &batch).unwrap();
    assert_eq!(
        slice.hex(),
        "4fcd5479451f36097fe01eaa3d8d55028ea50f3d3f5be3d89ee17bb4bcb67bc5"
    );
    let root = lh1::dataset_root(&hash, 3, &[slice]);
    assert_eq!(
        root.hex(),
        "f0c43c503bd0dd6d0f73ddf12c69cca2bbb2531725f05dd05c8fdb5ce5b9202a"
    );
    let datasets = [("a", &leaves()[0]), ("d", &root)];
    assert_eq!(
        lh1::table_root(&hash, datasets.into_iter()).hex(),
        "7351ecf2f1afc0d6bf6f1094f753707643a01551972c937af3c6a24847672bfc"
    );
    let key = [
        b"\x01\x01\0\0\0\0\0\0\0d".as_slice(),
        b"\x01\x01\0\0\0\0\0\0\0",
    ]
    .concat();
    assert_eq!(lh1::cut_hash(&key), 9863245651933000281);
}

#[test]
fn merkle_roots_are_those_of_rfc_6962() {
    let leaves = leaves();
    for (n, expected) in [
        (
            0,
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ),
        (
            1,
            "d9de27625445003d8a9739a851e3ff8d41c0683630b4d63a88327a6aaa37c409",
        ),
        (
            2,
            "604d540f09268b91672ab011394d5266ccd7d4484d0d109411a55848126a1b2c",
        ),
        (
            3,
            "d1f13800048f5909d4043fc0c152f6643280cba608b672715e56ce159a20629f",
        ),
        (
            5,
            "6b313b611b40676b9e1dfd70c4503f2379f88f0f1c2740fb7e1cacc32c113465",
        ),
        (
            7,
            "bee2275db16667589a4515f63e0d053a2fa602c1d9f9703e98920a5bdad59baf",
        ),
    ] {
        assert_eq!(merkle_root(&leaves[..n]).hex(), expected, "{n} leaves");
    }
}

#[test]
fn types_without_an_encoding_are_refused() {
    for kind in [
        DataType::Float16,
        DataType::Timestamp(TimeUnit::Nanosecond, Some("UTC".into())),
        DataType::Timestamp(TimeUnit::Microsecond, None),
        DataType::Timestamp(TimeUnit::Microsecond, Some("Europe/Paris".into())),
        DataType::Decimal128(10, 2),
        DataType::Null,
    ] {
        assert!(
            FieldDoc::from_arrow(&Field::new("c", kind.clone(), true)).is_err(),
            "{kind}"
        );
    }
    let repeated = |key: &str| {
        let mut map = MapBuilder::new(None, StringBuilder::new(), Int8Builder::new());
        for key in ["a", key] {
            map.keys().append_value(key);
            map.values().append_value(1);
        }
        map.append(true).unwrap();
        let map: ArrayRef = Arc::new(map.finish());
        let fields = vec![
            Field::new("dataset", DataType::Utf8, false),
            Field::new("m", map.data_type().clone(), true),
        ];
        let schema = Arc::new(Schema::new(fields));
        let spec = TableSpec {
            name: "t".into(),
            schema: schema.clone(),
            key: vec!["dataset".into()],
        };
        let dataset: ArrayRef = Arc::new(StringArray::from(vec!["d"]));
        let batch = RecordBatch::try_new(schema, vec![dataset, map]).unwrap();
        schema::Table::new(&spec).unwrap().canonical("d", &batch)
    };
    assert!(repeated("b").is_ok());
    assert!(
        repeated("a")
            .unwrap_err()
            .to_string()
            .contains("same key twice")
    );
}

#[test]
fn row_sizes_are_the_sizes_of_the_encoded_cells() {
    let batch = rows("d", &(0..200).collect::<Vec<_>>());
    let table = schema::Table::new(&spec()).unwrap();
    let cells: Vec<_> = batch
        .columns()
        .iter()
        .map(|c| cells::Cells::new(c.as_ref()).unwrap())
        .collect();
    for (row, size) in table.row_sizes(&batch).unwrap().into_iter().enumerate() {
        let mut out = Vec::new();
        cells.iter().for_each(|c| c.push(row, &mut out));
        assert_eq!(out.len() as u64, size);
    }
}
