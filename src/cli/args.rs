//! The command line, declared once; help, completion and checks come from it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueHint};

use super::output::OutputArgs;

/// Order of a help page: what it does, examples, usage, options.
const PAGE: &str = "{about}\n{before-help}\n{usage-heading} {usage}\n\n{all-args}{after-help}";

const EXAMPLES: &str = "
Examples:
  arrovian tour                                  two minutes, no data needed
  arrovian init && arrovian ingest pandalm data/ make a lake, read a dataset
  arrovian run leaderboard/bradley_terry         ask a shipped question
  arrovian sql \"SELECT outcome, count(*) FROM comparisons GROUP BY 1\"
  arrovian sql --table v=votes.csv \"SELECT * FROM v\"   no lake needed
  arrovian replay paper.json                     are the numbers still the same?
";

const EXIT_CODES: &str = "\
Results go to stdout, everything else to stderr. Exit codes: 0 done, 1 query or
data error, 2 usage, 3 lake or object not found, 4 verification failed,
5 timeout, 130 interrupted.
";

/// SQL over human and LLM feedback, reproducible to the byte
#[derive(Debug, Parser)]
#[command(name = "arrovian", version, about, max_term_width = 79)]
#[command(help_template = PAGE, before_help = EXAMPLES, after_help = EXIT_CODES)]
#[command(
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command understands.
#[derive(Debug, Clone, Args)]
pub(crate) struct Global {
    /// Directory or URL of the lake [default: the nearest .arrovian upwards
    /// from here]
    #[arg(
        long,
        global = true,
        value_name = "DIR|URL",
        env = "ARROVIAN_LAKE",
        hide_env_values = true
    )]
    #[arg(help_heading = "Global options", value_hint = ValueHint::DirPath)]
    pub(crate) lake: Option<String>,

    /// Branch, tag or snapshot to read [default: main]
    #[arg(
        long,
        global = true,
        value_name = "REF",
        help_heading = "Global options"
    )]
    pub(crate) at: Option<String>,

    /// Say nothing but results, warnings and errors [default: off]
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make an empty lake
    #[command(help_template = PAGE, before_help = "\nExamples:\n  arrovian init\n  arrovian init --lake /data/feedback\n")]
    Init,

    /// List the sources that can be ingested, or describe one
    #[command(help_template = PAGE, before_help = "\nExamples:\n  arrovian sources\n  arrovian sources pairwise\n  arrovian sources --json\n")]
    Sources(ListArgs),

    /// Read upstream files into the lake
    #[command(help_template = PAGE, before_help = INGEST_EXAMPLES)]
    Ingest(IngestArgs),

    /// Show the history of a branch
    #[command(help_template = PAGE, before_help = "\nExamples:\n  arrovian log\n  arrovian log --at main --json\n")]
    Log(PlainArgs),

    /// Show what a snapshot holds, or the first rows of a table
    #[command(help_template = PAGE, before_help = "\nExamples:\n  arrovian show\n  arrovian show comparisons --at v1.0\n")]
    Show(ListArgs),

    /// Say on which terms each table's rows rest
    #[command(help_template = PAGE, before_help = "\nExamples:\n  arrovian licences\n  arrovian licences --at v1.0 --format markdown\n")]
    Licences(PlainArgs),

    /// Write rows of the lake in a format others read
    #[command(help_template = PAGE, before_help = "\nExamples:\n  arrovian export annotated-pairs -o pairs.json\n  arrovian export annotated-pairs --dataset study-2 --at v1.0\n")]
    Export(ExportArgs),

    /// Name a snapshot for ever
    #[command(help_template = PAGE, before_help = "\nExamples:\n  arrovian tag v1.0 --message \"as submitted\"\n  arrovian tag draft-2 --at 7f3a9c1e\n")]
    Tag(TagArgs),

    /// Ask a question in SQL
    #[command(help_template = PAGE, before_help = SQL_EXAMPLES)]
    Sql(SqlArgs),

    /// Run a named query
    #[command(help_template = PAGE, before_help = RUN_EXAMPLES)]
    Run(RunArgs),

    /// Run a recorded query again and compare the results
    #[command(help_template = PAGE, before_help = "\nExamples:\n  arrovian replay paper.json\n  arrovian replay paper.json --at v2.0\n")]
    Replay(ReplayArgs),

    /// Check every byte of the lake
    #[command(help_template = PAGE, before_help = "\nExamples:\n  arrovian verify\n  arrovian verify --depth documents\n")]
    Verify(VerifyArgs),

    /// List the SQL functions, or explain one
    #[command(help_template = PAGE, before_help = "\nExamples:\n  arrovian functions\n  arrovian functions cohen_kappa\n")]
    Functions(ListArgs),

    /// List the named queries, or show one
    #[command(help_template = PAGE, before_help = "\nExamples:\n  arrovian queries\n  arrovian queries leaderboard/elo\n")]
    Queries(ListArgs),

    /// List the canonical tables, or the columns of one
    #[command(help_template = PAGE, before_help = "\nExamples:\n  arrovian schema\n  arrovian schema comparisons --format markdown\n")]
    Schema(ListArgs),

    /// See it all work on a few made-up rows
    #[command(help_template = PAGE, before_help = "\nExample:\n  arrovian tour       makes and uses ./arrovian-tour\n")]
    Tour,

    /// Print completions for a shell
    #[command(help_template = PAGE, before_help = "\nExample:\n  arrovian completions bash > ~/.local/share/bash-completion/completions/arrovian\n")]
    Completions {
        /// Shell to complete in
        shell: clap_complete::Shell,
    },
}

const INGEST_EXAMPLES: &str = "
Examples:
  arrovian ingest pandalm testset-v1.json
  arrovian ingest pairwise votes.csv --map system_a=model_1 --map system_b=model_2
  arrovian ingest ratings scores/ --dataset study-2 --on-error quarantine
  arrovian ingest pairwise votes.csv --dry-run --map \"aspect='style'\"
";

const SQL_EXAMPLES: &str = "
Examples:
  arrovian sql \"SELECT outcome, count(*) FROM comparisons GROUP BY outcome\"
  arrovian sql -f question.sql -o answer.parquet
  arrovian sql --table v=votes.csv \"SELECT * FROM bradley_terry(v)\"
  echo \"SELECT 1\" | arrovian sql -
";

const RUN_EXAMPLES: &str = "
Examples:
  arrovian run                                   list the queries
  arrovian run leaderboard/bradley_terry --param dataset=pandalm
  arrovian run bias/position --record paper.json --format markdown
  arrovian run mine.sql --param n=3
";

/// Commands that list things, or show one of them.
#[derive(Debug, Clone, Args)]
pub(crate) struct ListArgs {
    /// What to show [default: list all]
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// Commands that only write a result.
#[derive(Debug, Clone, Args)]
pub(crate) struct PlainArgs {
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// `ingest`.
#[derive(Debug, Clone, Args)]
pub(crate) struct IngestArgs {
    /// Source that reads the files; `arrovian sources` lists them
    #[arg(value_name = "SOURCE")]
    pub(crate) source: String,

    /// Files, or directories of files, as upstream released them
    #[arg(value_name = "PATH", required = true, value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,

    /// Name of the dataset in the lake; what it held before is replaced
    /// [default: the source's name]
    #[arg(long, value_name = "NAME")]
    pub(crate) dataset: Option<String>,

    /// Native column to read a canonical column from, or a constant in single
    /// quotes; repeatable, for generic sources [default: common names]
    #[arg(long, value_name = "COLUMN=NATIVE", value_parser = pair)]
    pub(crate) map: Vec<(String, String)>,

    /// TOML file with tables `map`, `values.COLUMN`, `constants`, `options`
    /// [default: none]
    #[arg(long, value_name = "FILE.toml", value_hint = ValueHint::FilePath)]
    pub(crate) map_file: Option<PathBuf>,

    /// Option of the source, such as revision=…; repeatable [default: none]
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) param: Vec<(String, String)>,

    /// What to do with a record that cannot be read [default: stop: commit
    /// nothing]
    #[arg(long, value_name = "stop|quarantine", value_parser = ["stop", "quarantine"])]
    pub(crate) on_error: Option<String>,

    /// Give people pseudonyms made with the key in FILE, or in a variable as
    /// env:NAME [default: identifiers stay as they are]
    #[arg(long, value_name = "FILE|env:NAME", value_hint = ValueHint::FilePath)]
    pub(crate) pseudonymise: Option<String>,

    /// Read and check everything, show the first rows, commit nothing
    /// [default: off]
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Why, for the log [default: "ingest SOURCE"]
    #[arg(short, long, value_name = "TEXT")]
    pub(crate) message: Option<String>,

    /// Who, for the log [default: $ARROVIAN_AUTHOR, else $USER]
    #[arg(long, value_name = "NAME")]
    pub(crate) author: Option<String>,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// `export`.
#[derive(Debug, Clone, Args)]
pub(crate) struct ExportArgs {
    /// What to write: annotated-pairs, comparisons as one JSON document
    #[arg(value_name = "WHAT", value_parser = ["annotated-pairs"])]
    pub(crate) what: String,

    /// Dataset to write [default: the only one with such rows]
    #[arg(long, value_name = "NAME")]
    pub(crate) dataset: Option<String>,

    /// Write to FILE, whole or not at all [default: stdout]
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
}

/// `tag`.
#[derive(Debug, Clone, Args)]
pub(crate) struct TagArgs {
    /// Name of the tag; it never moves
    #[arg(value_name = "NAME")]
    pub(crate) name: String,

    /// Why, for the log [default: empty]
    #[arg(short, long, value_name = "TEXT")]
    pub(crate) message: Option<String>,

    /// Who, for the log [default: $ARROVIAN_AUTHOR, else $USER]
    #[arg(long, value_name = "NAME")]
    pub(crate) author: Option<String>,
}

/// How a query is run; nothing here changes a number.
#[derive(Debug, Clone, Args)]
pub(crate) struct EngineArgs {
    /// Read FILE (csv, tsv, json, ndjson, parquet) as table NAME; repeatable
    /// [default: none]
    #[arg(long, value_name = "NAME=FILE", value_parser = pair)]
    pub(crate) table: Vec<(String, String)>,

    /// Give up after SECONDS [default: never]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) timeout: Option<f64>,

    /// Threads to use; the result is the same with any number [default: one
    /// per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) threads: Option<u16>,
}

/// `sql`.
#[derive(Debug, Clone, Args)]
pub(crate) struct SqlArgs {
    /// The query, or - to read it from stdin [default: stdin, where that is no
    /// terminal]
    #[arg(value_name = "SQL")]
    pub(crate) sql: Option<String>,

    /// Read the query from FILE [default: none]
    #[arg(short, long, value_name = "FILE", conflicts_with = "sql", value_hint = ValueHint::FilePath)]
    pub(crate) file: Option<PathBuf>,

    /// Value of $NAME in the query; repeatable [default: none]
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) param: Vec<(String, String)>,

    /// Write query, snapshot and result digest to FILE, for `replay`
    /// [default: none]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) record: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) engine: EngineArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// `run`.
#[derive(Debug, Clone, Args)]
pub(crate) struct RunArgs {
    /// Name of a shipped query, or path of an .sql file [default: list the
    /// queries]
    #[arg(value_name = "QUERY")]
    pub(crate) query: Option<String>,

    /// Value of a parameter of the query; repeatable [default: as
    /// `arrovian queries QUERY` says]
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) param: Vec<(String, String)>,

    /// Write query, snapshot and result digest to FILE, for `replay`
    /// [default: none]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) record: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) engine: EngineArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// `replay`.
#[derive(Debug, Clone, Args)]
pub(crate) struct ReplayArgs {
    /// File that `--record` wrote
    #[arg(value_name = "RECORD", value_hint = ValueHint::FilePath)]
    pub(crate) record: PathBuf,

    #[command(flatten)]
    pub(crate) engine: EngineArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// `verify`.
#[derive(Debug, Clone, Args)]
pub(crate) struct VerifyArgs {
    /// documents: history and manifests; bytes: every object's hash as well;
    /// rows: every row's digest as well [default: rows]
    #[arg(long, value_name = "documents|bytes|rows", value_parser = ["documents", "bytes", "rows"])]
    pub(crate) depth: Option<String>,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.to_owned()))
        }
        _ => Err("expected name=value".to_owned()),
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value <= 1e9 => Ok(value),
        _ => Err("expected a number of seconds above 0".to_owned()),
    }
}

impl Command {
    /// How the command's result is written; `None` where it has none.
    pub(crate) fn output(&self) -> Option<&OutputArgs> {
        match self {
            Self::Sources(args)
            | Self::Show(args)
            | Self::Functions(args)
            | Self::Queries(args)
            | Self::Schema(args) => Some(&args.output),
            Self::Log(args) | Self::Licences(args) => Some(&args.output),
            Self::Ingest(args) => Some(&args.output),
            Self::Sql(args) => Some(&args.output),
            Self::Run(args) => Some(&args.output),
            Self::Replay(args) => Some(&args.output),
            Self::Verify(args) => Some(&args.output),
            Self::Init | Self::Export(_) | Self::Tag(_) | Self::Tour | Self::Completions { .. } => {
                None
            }
        }
    }

    /// The time allowed, in seconds.
    pub(crate) fn timeout(&self) -> Option<f64> {
        match self {
            Self::Sql(args) => args.engine.timeout,
            Self::Run(args) => args.engine.timeout,
            Self::Replay(args) => args.engine.timeout,
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_option_states_its_default_and_every_help_has_examples() {
        let command = Cli::command();
        for sub in command.get_subcommands() {
            let help = sub
                .get_before_help()
                .map(ToString::to_string)
                .unwrap_or_default();
            assert!(
                help.contains("Example"),
                "{} has no examples",
                sub.get_name()
            );
            for arg in sub.get_arguments().filter(|arg| !arg.is_positional()) {
                let id = arg.get_id().as_str();
                let text = arg.get_help().map(ToString::to_string).unwrap_or_default();
                let stated = text.contains("[default:") || matches!(id, "help" | "version");
                assert!(
                    stated,
                    "{} --{id} does not state its default",
                    sub.get_name()
                );
            }
        }
    }
}
