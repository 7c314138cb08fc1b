//! The program; everything is in [`arrovian::cli`].

use std::process::ExitCode;

/// Queries ask for large blocks from several threads and give them back soon:
/// the system's allocator returns them to the kernel every time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    arrovian::cli::main()
}
