//! The command line: the only layer that prints, reads the environment and the
//! clock, or exits.
//!
//! stdout carries results and nothing else; notes, footers, progress and errors
//! go to stderr. Exit codes are those of `error::Kind::exit_code`.

mod args;
mod catalogue;
mod clock;
mod error;
mod export;
mod ingest;
mod lakes;
mod licences;
mod output;
mod preview;
mod query;
mod to_lake;
mod tour;
mod ui;

use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use args::{Cli, Command};
use error::{Failure, Kind};
use ui::Ui;

/// Stack of the threads that plan and run queries.
const STACK: usize = 64 << 20;

/// Runs the program on the process's arguments.
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return usage(&error, wants_json(&arguments)),
    };
    let json = cli
        .command
        .output()
        .is_some_and(output::OutputArgs::is_json);
    let ui = Ui::new(cli.global.quiet, json);
    let result = run(cli, ui.clone());
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if failure.kind != Kind::BrokenPipe {
                ui.failure(&failure);
            }
            ExitCode::from(failure.kind.exit_code())
        }
    }
}

/// Help and version are results; everything else clap says is a usage error.
fn usage(error: &clap::Error, json: bool) -> ExitCode {
    let shown = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    );
    if json && !shown {
        let text = error.to_string();
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let message = lines
            .next()
            .unwrap_or("wrong usage")
            .trim_start_matches("error: ")
            .to_owned();
        let mut failure = Failure::usage(message);
        failure.hints = lines
            .filter_map(|line| line.strip_prefix("tip: "))
            .map(str::to_owned)
            .collect();
        Ui::new(false, true).failure(&failure);
        return ExitCode::from(Kind::Usage.exit_code());
    }
    // A reader that goes away while help is shown is no failure either.
    let _ = error.print();
    ExitCode::from(if shown { 0 } else { Kind::Usage.exit_code() })
}

/// Whether errors are to be JSON although the arguments could not be parsed.
fn wants_json(arguments: &[OsString]) -> bool {
    let texts: Vec<&str> = arguments
        .iter()
        .filter_map(|argument| argument.to_str())
        .collect();
    texts
        .iter()
        .any(|text| matches!(*text, "--json" | "--format=json"))
        || texts.windows(2).any(|pair| pair == ["--format", "json"])
}

fn run(cli: Cli, ui: Ui) -> Result<(), Failure> {
    if let Command::Completions { shell } = &cli.command {
        let mut script = Vec::new();
        clap_complete::generate(*shell, &mut Cli::command(), "arrovian", &mut script);
        return ui.out(&script);
    }
    if let Some(output) = cli.command.output() {
        output.check(&ui)?;
    }
    let timeout = cli.command.timeout();
    let fail =
        |e: std::io::Error| Failure::new(Kind::Internal, format!("cannot start threads: {e}"));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(STACK)
        .build()
        .map_err(fail)?;
    // This thread has clock and signals to itself, so that both are heard
    // while all others compute.
    let watch = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(fail)?;
    let work = runtime.spawn(dispatch(cli, ui));
    let result = watch.block_on(async {
        tokio::select! {
            done = work => done.unwrap_or_else(|e| Err(stopped(&e))),
            () = expired(timeout) => {
                let seconds = timeout.unwrap_or_default();
                let failure = Failure::new(Kind::Timeout, format!("not finished after {seconds} s"));
                Err(failure.hint("give it more with --timeout"))
            }
            _ = tokio::signal::ctrl_c() => Err(Failure::new(Kind::Interrupted, "interrupted")),
        }
    });
    runtime.shutdown_background();
    result
}

async fn expired(timeout: Option<f64>) {
    match timeout {
        Some(seconds) => tokio::time::sleep(Duration::from_secs_f64(seconds)).await,
        None => std::future::pending().await,
    }
}

fn stopped(error: &tokio::task::JoinError) -> Failure {
    Failure::new(Kind::Internal, format!("the program broke down: {error}"))
        .hint("this is a fault of arrovian: please report it, with the command")
}

async fn dispatch(cli: Cli, ui: Ui) -> Result<(), Failure> {
    let Cli { global, command } = cli;
    match command {
        Command::Init => lakes::init(&global, &ui).await,
        Command::Sources(args) => catalogue::sources(&args, &ui),
        Command::Ingest(args) => ingest::ingest(&args, &global, &ui).await,
        Command::Log(args) => lakes::log(&args, &global, &ui).await,
        Command::Show(args) => lakes::show(&args, &global, &ui).await,
        Command::Licences(args) => licences::licences(&args, &global, &ui).await,
        Command::Export(args) => export::export(&args, &global, &ui).await,
        Command::Tag(args) => lakes::tag(&args, &global, &ui).await,
        Command::Sql(args) => query::sql(&args, &global, &ui).await,
        Command::Run(args) => query::run(&args, &global, &ui).await,
        Command::Replay(args) => query::replay(&args, &global, &ui).await,
        Command::Verify(args) => lakes::verify(&args, &global, &ui).await,
        Command::Functions(args) => catalogue::functions(&args, &ui),
        Command::Queries(args) => catalogue::queries(&args, &ui),
        Command::Schema(args) => catalogue::schema(&args, &ui),
        Command::Tour => tour::tour(&ui).await,
        Command::Completions { .. } => Ok(()),
    }
}
