//! The program; everything is in [`arrovian::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    arrovian::cli::main()
}
