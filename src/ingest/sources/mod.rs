//! One file per upstream dataset, one list.

mod common;

mod alpaca_eval;
mod imagenhub;
mod imagereward;
mod judgebench;
mod llmbar;
mod pandalm;
mod sight;
mod wildbench;

use super::Source;

/// The named sources, by name.
pub static SOURCES: &[&dyn Source] = &[
    &alpaca_eval::AlpacaEval,
    &imagenhub::ImagenHub,
    &imagereward::ImageReward,
    &judgebench::JudgeBench,
    &llmbar::LlmBar,
    &pandalm::PandaLm,
    &sight::Sight,
    &wildbench::WildBench,
];

#[cfg(test)]
mod tests;
