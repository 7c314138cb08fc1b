//! A session: SQL over one pinned snapshot and the files given with it.

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::catalog::{CatalogProvider, TableProvider};
use datafusion::common::{ParamValues, ScalarValue};
use datafusion::config::Dialect as DialectName;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::context::SQLOptions;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::execute_stream;
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion::sql::parser::{DFParserBuilder, Statement};
use datafusion::sql::sqlparser::ast::{ShowStatementFilter, Statement as SqlStatement};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::Tokenizer;
use futures::TryStreamExt;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::catalog::{PINNED, Pinned, Refs, unknown_ref};
use super::digest::{self, ResultDigest};
use super::error::{Error, Kind};
use super::files::{self, FileTable};
use super::relation::Relations;
use super::table::LAKE_URL;
use super::verdict::{self, Verdict};
use super::{exact, order, rewrite, single};
use crate::functions;
use crate::lake::{Digest, Lake, Snapshot, SnapshotId};

/// The catalog's name in SQL.
const CATALOG: &str = "arrovian";

/// Named parameters of a query, as text.
pub type Params = BTreeMap<String, String>;

/// Settings that change how fast an answer comes, never what it is.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Parallel partitions; default the number of cores.
    pub partitions: Option<usize>,
    /// Rows per batch; default 8192.
    pub batch_size: Option<usize>,
    /// Bytes a query may hold before it spills to disk; default unlimited.
    pub memory_limit: Option<usize>,
}

/// A session over a snapshot.
pub struct Session {
    context: SessionContext,
    lake: Option<Lake>,
    pinned: Arc<Pinned>,
    snapshot: Option<Arc<Snapshot>>,
    files: Mutex<Vec<FileTable>>,
}

/// The answer to a query.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Columns.
    pub schema: SchemaRef,
    /// Rows, in total order.
    pub batches: Vec<RecordBatch>,
    /// Digest of the result.
    pub digest: ResultDigest,
    /// Whether the answer is reproducible, and why not.
    pub verdict: Verdict,
    /// The pinned snapshot.
    pub snapshot: Option<SnapshotId>,
    /// Digest of the query: its text and parameters.
    pub query: Digest,
    /// The SQL.
    pub sql: String,
    /// The parameters.
    pub params: Params,
    /// The files that were given as tables.
    pub files: Vec<FileTable>,
}

impl Answer {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("snapshot", &self.snapshot.as_ref().map(|s| s.id))
            .finish_non_exhaustive()
    }
}

impl Session {
    /// A session over the snapshot that `at` names in `lake` (default the branch
    /// `main`), or over files alone.
    ///
    /// # Errors
    /// The ref is not there, or what it points to is damaged.
    pub async fn open(
        lake: Option<Lake>,
        at: Option<&str>,
        options: Options,
    ) -> Result<Self, Error> {
        Self::with_rules(lake, at, options, single::rules()).await
    }

    /// The same with other rules of physical plans.
    pub(crate) async fn with_rules(
        lake: Option<Lake>,
        at: Option<&str>,
        options: Options,
        rules: Vec<single::Rule>,
    ) -> Result<Self, Error> {
        let snapshot = match &lake {
            Some(lake) => pinned(lake, at).await?,
            None => None,
        };
        let mut config = SessionConfig::new()
            .with_information_schema(true)
            .with_create_default_catalog_and_schema(false)
            .with_default_catalog_and_schema(CATALOG, PINNED);
        config.options_mut().sql_parser.collect_spans = true;
        config.options_mut().sql_parser.dialect = DialectName::Generic;
        if let Some(n) = options.partitions {
            config = config.with_target_partitions(n.max(1));
        }
        if let Some(n) = options.batch_size {
            config = config.with_batch_size(n.max(1));
        }
        let mut runtime = RuntimeEnvBuilder::new();
        if let Some(bytes) = options.memory_limit {
            runtime = runtime.with_memory_pool(Arc::new(FairSpillPool::new(bytes)));
        }
        let state = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(runtime.build_arc()?)
            .with_default_features()
            .with_physical_optimizer_rules(rules)
            .build();
        let context = SessionContext::new_with_state(state);
        // It drops sort keys that a key before them determines, and takes the key of a GROUP BY
        // for one after an unnest has repeated its rows: the order would no longer be total.
        context.remove_optimizer_rule("eliminate_duplicated_expr");
        for f in exact::aggregates()
            .into_iter()
            .chain(functions::aggregates())
        {
            context.register_udaf(f.as_ref().clone());
        }
        for f in exact::scalars() {
            context.register_udf(f.as_ref().clone());
        }
        context.register_relation_planner(Arc::new(Relations))?;
        let pinned = Arc::new(Pinned::new(snapshot.clone()));
        if let Some(lake) = &lake {
            let url =
                url::Url::parse(LAKE_URL).map_err(|e| Error::new(Kind::Internal, e.to_string()))?;
            context.register_object_store(&url, lake.object_store());
        }
        let catalog: Arc<dyn CatalogProvider> =
            Arc::new(Refs::new(lake.clone(), Arc::clone(&pinned)));
        context.register_catalog(CATALOG, catalog);
        Ok(Self {
            context,
            lake,
            pinned,
            snapshot,
            files: Mutex::default(),
        })
    }

    /// The pinned snapshot.
    pub fn snapshot(&self) -> Option<&Snapshot> {
        self.snapshot.as_deref()
    }

    /// Makes a CSV, TSV, JSON, JSONL or Parquet file a table of this session.
    ///
    /// # Errors
    /// The file cannot be read, or a record is malformed.
    pub async fn add_file(&self, name: &str, path: &str) -> Result<(), Error> {
        let (table, provider) = files::open(&self.context, name, path).await?;
        self.pinned.add(name, provider);
        self.files
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(table);
        Ok(())
    }

    /// Makes any DataFusion table a table of this session. It is not part of a record.
    pub fn add_table(&self, name: &str, table: Arc<dyn TableProvider>) {
        self.pinned.add(name, table);
    }

    /// The logical plan of a query with its determinism verdict, in total order.
    ///
    /// # Errors
    /// The SQL is wrong; the error has the place.
    pub async fn plan(&self, sql: &str, params: &Params) -> Result<(LogicalPlan, Verdict), Error> {
        self.plan_inner(sql, params)
            .await
            .map_err(|e| e.of_sql(sql))
    }

    async fn plan_inner(
        &self,
        sql: &str,
        params: &Params,
    ) -> Result<(LogicalPlan, Verdict), Error> {
        let statement = parse(sql)?;
        let plan = self.context.state().statement_to_plan(statement).await?;
        SQLOptions::new()
            .with_allow_ddl(false)
            .with_allow_dml(false)
            .with_allow_statements(false)
            .verify_plan(&plan)?;
        let plan = bind(plan, params)?;
        let verdict = verdict::check(&plan, &|name| own(name));
        Ok((order::total(plan)?, verdict))
    }

    /// Runs a query.
    ///
    /// # Errors
    /// The SQL is wrong, the data does not allow an answer, or an object of the
    /// lake is missing or damaged.
    pub async fn query(&self, sql: &str, params: &Params) -> Result<Answer, Error> {
        let (plan, verdict) = self.plan(sql, params).await?;
        let run = async {
            let frame = self.context.execute_logical_plan(plan).await?;
            let plan = frame.create_physical_plan().await?;
            let schema = plan.schema();
            let stream = execute_stream(plan, self.context.task_ctx())?;
            let batches: Vec<RecordBatch> = stream.try_collect().await?;
            let batches = batches
                .iter()
                .map(digest::normalise)
                .collect::<Result<Vec<_>, _>>()?;
            let digest = digest::result(&schema, &batches)?;
            Ok::<_, Error>((schema, batches, digest))
        };
        let (schema, batches, digest) = match run.await {
            Ok(done) => done,
            Err(e) => return Err(self.damage(e).await.of_sql(sql)),
        };
        Ok(Answer {
            schema,
            batches,
            digest,
            verdict,
            snapshot: self.snapshot.as_ref().map(|s| s.id),
            query: query_digest(sql, params),
            sql: sql.to_owned(),
            params: params.clone(),
            files: self
                .files
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone(),
        })
    }
    /// The lake's own error, when a failure names one of its objects: the Parquet
    /// reader keeps only the text of what went wrong below it.
    async fn damage(&self, e: Error) -> Error {
        let Some(lake) = &self.lake else { return e };
        let hex = e
            .message
            .split("blobs/sha256/")
            .nth(1)
            .and_then(|t| t.get(..64))
            .and_then(Digest::from_hex);
        match hex {
            Some(digest) => match lake.blob(&digest).await {
                Err(own) => own.into(),
                Ok(_) => e,
            },
            None => e,
        }
    }
}

/// Whether a function is this program's own, by its SQL name.
fn own(name: &str) -> bool {
    functions::find(name).is_some()
        || exact::aggregates()
            .iter()
            .any(|f| f.name() == name || f.aliases().iter().any(|a| a == name))
        || exact::scalars()
            .iter()
            .any(|f| f.name() == name || f.aliases().iter().any(|a| a == name))
}

async fn pinned(lake: &Lake, at: Option<&str>) -> Result<Option<Arc<Snapshot>>, Error> {
    let id = match at {
        Some(name) => match lake.resolve(name).await {
            Ok(id) => id,
            Err(e) => return Err(unknown_ref(lake, name, e.into()).await),
        },
        None => match lake.head("main").await? {
            Some(id) => id,
            None => return Ok(None),
        },
    };
    Ok(Some(Arc::new(lake.snapshot(&id).await?)))
}

/// The digest of a query: its text without surrounding space, and its parameters.
pub fn query_digest(sql: &str, params: &Params) -> Digest {
    let mut bytes = b"arrovian/query/1\0".to_vec();
    for part in
        std::iter::once(sql.trim()).chain(params.iter().flat_map(|(k, v)| [k.as_str(), v.as_str()]))
    {
        bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    Digest::of(&bytes)
}

/// Parses one read-only statement and rewrites its extra forms.
fn parse(sql: &str) -> Result<Statement, Error> {
    let dialect = GenericDialect {};
    let tokens = Tokenizer::new(&dialect, sql)
        .tokenize_with_location()
        .map_err(|e| {
            let at = super::error::Span {
                line: e.location.line,
                column: e.location.column,
                end_column: e.location.column + 1,
            };
            Error::new(Kind::Sql, e.message).at(Some(at))
        })?;
    rewrite::check_size(&tokens)?;
    let tokens = rewrite::tokens(tokens);
    let mut parser = DFParserBuilder::new(tokens)
        .with_dialect(&dialect)
        .with_recursion_limit(128)
        .build()?;
    let mut statements = parser.parse_statements()?;
    let Some(mut statement) = statements.pop_front() else {
        return Err(
            Error::new(Kind::Sql, "there is no SQL statement").hint("arrovian sql \"SELECT …\"")
        );
    };
    if !statements.is_empty() {
        return Err(
            Error::new(Kind::Sql, "more than one SQL statement").hint("run them one at a time")
        );
    }
    match &mut statement {
        Statement::Statement(s) => match s.as_mut() {
            SqlStatement::ShowFunctions { filter } => {
                return parse(&show_functions(filter.as_ref()));
            }
            SqlStatement::Query(_)
            | SqlStatement::Explain { .. }
            | SqlStatement::ExplainTable { .. }
            | SqlStatement::ShowTables { .. }
            | SqlStatement::ShowColumns { .. } => rewrite::rewrite(s)?,
            other => {
                let verb = other.to_string();
                let verb = verb
                    .split_whitespace()
                    .next()
                    .unwrap_or("this statement")
                    .to_owned();
                return Err(Error::new(
                    Kind::Sql,
                    format!("{verb} is not supported: SQL here reads and never writes"),
                )
                .hint("add data with `arrovian ingest`, keep a result with -o FILE"));
            }
        },
        Statement::Explain(e) => match e.statement.as_mut() {
            Statement::Statement(s) => rewrite::rewrite(s)?,
            _ => return Err(Error::new(Kind::Sql, "EXPLAIN takes a query")),
        },
        _ => {
            return Err(Error::new(
                Kind::Sql,
                "only queries are supported: SQL here reads and never writes",
            )
            .hint("add data with `arrovian ingest`, keep a result with -o FILE"));
        }
    }
    Ok(statement)
}

/// `SHOW FUNCTIONS [LIKE …]`, one row a function, ours among them: the engine's own
/// statement lists a row per signature and passes over functions with options.
fn show_functions(filter: Option<&ShowStatementFilter>) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let condition = match filter {
        None => String::new(),
        Some(ShowStatementFilter::Like(p) | ShowStatementFilter::NoKeyword(p)) => {
            format!(" WHERE function LIKE {}", quoted(p))
        }
        Some(ShowStatementFilter::ILike(p)) => format!(" WHERE function ILIKE {}", quoted(p)),
        Some(ShowStatementFilter::Where(e)) => format!(" WHERE {e}"),
    };
    format!(
        "SELECT * FROM (SELECT DISTINCT routine_name AS function, lower(function_type) AS kind, \
         description AS meaning, syntax_example AS signature FROM information_schema.routines)\
         {condition} ORDER BY function"
    )
}

/// Gives the parameters `$name` their values.
fn bind(plan: LogicalPlan, params: &Params) -> Result<LogicalPlan, Error> {
    let wanted = plan.get_parameter_names()?;
    let wanted: std::collections::BTreeSet<String> = wanted
        .into_iter()
        .map(|n| n.trim_start_matches('$').to_owned())
        .collect();
    let missing: Vec<&String> = wanted.iter().filter(|n| !params.contains_key(*n)).collect();
    if let Some(name) = missing.first() {
        return Err(
            Error::new(Kind::Usage, format!("parameter ${name} has no value"))
                .hint(format!("--param {name}=…")),
        );
    }
    if let Some(extra) = params.keys().find(|n| !wanted.contains(*n)) {
        return Err(Error::new(
            Kind::Usage,
            format!("the query has no parameter ${extra}"),
        ));
    }
    if wanted.is_empty() {
        return Ok(plan);
    }
    let values = params
        .iter()
        .map(|(k, v)| (k.clone(), scalar(v).into()))
        .collect();
    Ok(plan.with_param_values(ParamValues::Map(values))?)
}

/// A parameter's text as the narrowest of integer, number, boolean, NULL and text.
/// A text in single quotes is always text.
fn scalar(text: &str) -> ScalarValue {
    if let Some(inner) = text.strip_prefix('\'').and_then(|t| t.strip_suffix('\'')) {
        return ScalarValue::Utf8(Some(inner.replace("''", "'")));
    }
    if let Ok(i) = text.parse::<i64>() {
        return ScalarValue::Int64(Some(i));
    }
    match text {
        "true" => return ScalarValue::Boolean(Some(true)),
        "false" => return ScalarValue::Boolean(Some(false)),
        "NULL" | "null" => return ScalarValue::Null,
        _ => {}
    }
    let numeric = text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    match text.parse::<f64>() {
        Ok(x) if numeric && x.is_finite() => ScalarValue::Float64(Some(x)),
        _ => ScalarValue::Utf8(Some(text.to_owned())),
    }
}
