//! One file per upstream dataset, one list.

mod common;

mod alpaca_eval;
mod d3code;
mod dsg;
mod eureka;
mod fine_grained_rlhf;
mod genai_bench;
mod hanna;
mod hh_rlhf;
mod imagenhub;
mod imagereward;
mod judgebench;
mod llmbar;
mod music_arena;
mod nlg_metrics;
mod pandalm;
mod python;
mod realhumaneval;
mod sight;
mod sparse_feedback;
mod subjective_qa;
mod themis_tara;
mod ukpconvarg;
mod wildbench;
mod wmt_mqm;

use super::Source;

/// The named sources, by name.
pub static SOURCES: &[&dyn Source] = &[
    &alpaca_eval::AlpacaEval,
    &d3code::D3Code,
    &dsg::Dsg,
    &eureka::Eureka,
    &fine_grained_rlhf::FineGrainedRlhf,
    &genai_bench::GenAiBench,
    &hanna::Hanna,
    &hh_rlhf::HhRlhf,
    &imagenhub::ImagenHub,
    &imagereward::ImageReward,
    &judgebench::JudgeBench,
    &llmbar::LlmBar,
    &music_arena::MusicArena,
    &nlg_metrics::NlgMetrics,
    &pandalm::PandaLm,
    &realhumaneval::RealHumanEval,
    &sight::Sight,
    &sparse_feedback::SparseFeedback,
    &subjective_qa::SubjectiveQa,
    &themis_tara::ThemisTara,
    &ukpconvarg::UkpConvArg,
    &wildbench::WildBench,
    &wmt_mqm::WmtMqm,
];

#[cfg(test)]
mod tests;
