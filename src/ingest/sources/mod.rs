//! The named sources: one file per upstream dataset, or per family of
//! datasets in one shape, and one list.

mod about;
mod common;
mod shape;

mod alpaca_eval;
mod arena;
mod arena_logs;
mod chosen;
mod d3code;
mod dsg;
mod eureka;
mod explained;
mod faireval;
mod fine_grained_rlhf;
mod games;
mod genai_bench;
mod genai_bench_hf;
mod hanna;
mod helpsteer;
mod hh_rlhf;
mod hpdv2;
mod imagenhub;
mod imagereward;
mod inappropriateness;
mod inspect;
mod judgebench;
mod judges;
mod likelihoods;
mod llmbar;
mod lm_eval;
mod ma_po;
mod multipref;
mod music_arena;
mod nlg_metrics;
mod oasst;
mod openai_feedback;
mod opinpref;
mod pandalm;
mod perseval;
mod pku_saferlhf;
mod prism;
pub(super) mod python;
mod realhumaneval;
mod recommender;
mod scales;
mod sight;
mod simulatability;
mod sparse_feedback;
mod subjective_qa;
mod surveys;
mod tables;
mod themis_tara;
mod ukpconvarg;
mod ultrafeedback;
mod wildbench;
mod wmt_da;
mod wmt_mqm;

use super::Source;

/// The named sources, by name.
pub static SOURCES: &[&dyn Source] = &[
    &explained::ACORN,
    &alpaca_eval::AlpacaEval,
    &recommender::AMAZON,
    &likelihoods::APC,
    &arena_logs::ARENA_HARD,
    &arena::CHATBOT,
    &d3code::D3Code,
    &surveys::PERSUASION,
    &surveys::DISELECT,
    &dsg::Dsg,
    &games::DUELING,
    &games::ELO_MMR,
    &eureka::Eureka,
    &faireval::FAIREVAL,
    &explained::FEEDBACK,
    &fine_grained_rlhf::FineGrainedRlhf,
    &likelihoods::FLR,
    &tables::GECKO,
    &arena::GENAI,
    &genai_bench::GenAiBench,
    &genai_bench_hf::GENAI_BENCH_HF,
    &arena_logs::TIGER,
    &surveys::GSS,
    &hanna::Hanna,
    &helpsteer::HELPSTEER,
    &hh_rlhf::HhRlhf,
    &chosen::STRENGTH,
    &hpdv2::HPDV2,
    &scales::BEAUTY,
    &judges::ICAI,
    &imagenhub::ImagenHub,
    &imagereward::ImageReward,
    &inappropriateness::INAPPROPRIATE,
    &inspect::INSPECT,
    &judgebench::JudgeBench,
    &llmbar::LlmBar,
    &lm_eval::LM_EVAL,
    &tables::LMARENA,
    &ma_po::MAPO,
    &scales::MANGO,
    &scales::HATE,
    &explained::METRIC_INSTRUCT,
    &chosen::MORE,
    &recommender::MOVIELENS,
    &arena::MT_BENCH,
    &multipref::MULTIPREF,
    &music_arena::MusicArena,
    &nlg_metrics::NlgMetrics,
    &oasst::OASST,
    &tables::OPEN_LLM,
    &opinpref::OPINPREF,
    &pandalm::PandaLm,
    &perseval::PERSEVAL,
    &judges::PERSONALIZED,
    &pku_saferlhf::SAFE_RLHF,
    &chosen::MIX,
    &judges::DISSECTION,
    &prism::Prism,
    &games::ORACLE,
    &tables::COLOMBO,
    &realhumaneval::RealHumanEval,
    &chosen::REWARD_BENCH,
    &explained::ROSE,
    &openai_feedback::SHP,
    &sight::Sight,
    &simulatability::SIMULATABILITY,
    &sparse_feedback::SparseFeedback,
    &subjective_qa::SubjectiveQa,
    &openai_feedback::SUMMARIZE,
    &games::TALLY,
    &themis_tara::ThemisTara,
    &hpdv2::THREED,
    &ukpconvarg::UkpConvArg,
    &ultrafeedback::ULTRAFEEDBACK,
    &surveys::VALUEPRISM,
    &arena_logs::VIDEO,
    &openai_feedback::WEBGPT,
    &wildbench::WildBench,
    &arena::WILDVISION,
    &wmt_da::WMT_DA,
    &wmt_mqm::WmtMqm,
    &recommender::YAHOO,
];

#[cfg(test)]
mod tests;
