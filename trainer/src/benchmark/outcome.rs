//! Runs a benchmark: learns and scores each case, and counts.

use super::detector::{Detector, Device};
use super::figures::{Figures, Scored, figures};
use crate::baselines;
use crate::config::RunConfig;
use crate::data::Windows;
use crate::error::Result;
use crate::evaluate::percentile;
use crate::pipeline::integer_set_scores;
use crate::progress::Progress;
use crate::protocol::{Case, Protocol};
use picoae::{Alarm, Score};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;

/// Training windows that a baseline's usual scores are measured on.
const USUAL: usize = 1000;

/// Figures of a detector on a group of cases.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// The group; `all` for all cases together.
    pub group: String,
    /// The network, or the baseline.
    pub detector: String,
    /// Its figures.
    pub figures: Figures,
}

/// A benchmark's outcome.
#[derive(Debug, Clone, Serialize)]
pub struct Benchmark {
    /// The protocol's name.
    pub protocol: String,
    /// What was measured.
    pub about: String,
    /// Cases.
    pub cases: usize,
    /// The network first, in each group.
    pub rows: Vec<Row>,
    /// What the first case's network takes of a device.
    pub device: Vec<Device>,
}

/// Runs all cases; `with_baselines` says whether what a user would take instead is judged beside.
///
/// # Errors
/// Of learning and scoring, with the case's name.
pub fn run(protocol: &Protocol, config: &RunConfig, cases: &[Case], with_baselines: bool) -> Result<Benchmark> {
    let mut progress = Progress::new("judging", cases.len(), "cases");
    let mut detector: Option<Detector> = None;
    let mut device = Vec::new();
    // By detector, then by group.
    let mut scored: Vec<(String, Vec<(String, Scored)>)> = Vec::new();
    for case in cases {
        let learnt = match detector.take() {
            Some(known) if known.is_of(case) => known,
            _ => Detector::learn(protocol, config, case).map_err(|e| e.in_file(&case.name))?,
        };
        if device.is_empty() {
            device = learnt.device.to_vec();
        }
        let test = learnt.test(protocol, case);
        let own = own_scores(&learnt, &test, protocol, case)?;
        add(&mut scored, &learnt.name, case, own);
        if with_baselines {
            for (name, scores) in baseline_scores(&learnt.learnt, &test, case.channels.len(), config.seed) {
                add(&mut scored, name, case, Scored { scores, alarms: None, ..bare(protocol, case) });
            }
        }
        detector = Some(learnt);
        progress.add(1);
    }
    Ok(Benchmark {
        protocol: protocol.name.clone(),
        about: protocol.about.clone(),
        cases: cases.len(),
        rows: rows(protocol, &scored),
        device,
    })
}

fn add(all: &mut Vec<(String, Vec<(String, Scored)>)>, name: &str, case: &Case, scored: Scored) {
    match all.iter_mut().find(|(known, _)| known == name) {
        Some((_, cases)) => cases.push((case.group.clone(), scored)),
        None => all.push((name.into(), vec![(case.group.clone(), scored)])),
    }
}

/// What a case says itself.
fn bare(protocol: &Protocol, case: &Case) -> Scored {
    Scored {
        scores: Vec::new(),
        abnormal: case.test_abnormal.clone(),
        fold: case.fold,
        spans: case.test_starts.iter().map(|start| *start..start + protocol.window).collect(),
        alarms: None,
        events: case.events.clone(),
        recordings: case.recordings.iter().map(|(_, rows)| rows.clone()).collect(),
        rate: case.sample_rate,
        highest_within: case.highest_within.clone(),
    }
}

/// The deviation of each window by the device's integers, and the alarm behind it.
fn own_scores(detector: &Detector, test: &Windows, protocol: &Protocol, case: &Case) -> Result<Scored> {
    let model = detector.plan.host.model()?;
    let scores = integer_set_scores(&model, test)?.scores;
    let mut alarm = Alarm::NONE;
    let rule = &model.header().alarm;
    let begins = |start: usize| case.recordings.iter().find(|(_, rows)| rows.contains(&start)).map(|(_, r)| r.start);
    let mut recording = None;
    let mut next = |(score, start): (&Score, &usize)| {
        if std::mem::replace(&mut recording, begins(*start)) != begins(*start) {
            alarm = Alarm::NONE;
        }
        alarm.next(rule, model.verdict(*score).is_anomaly())
    };
    let alarms = scores.iter().zip(&case.test_starts).map(&mut next).collect();
    let deviations = scores.iter().map(|score| detector.plan.normal.verdict(score).deviation).collect();
    Ok(Scored { scores: deviations, alarms: Some(alarms), ..bare(protocol, case) })
}

/// Scores of each baseline in units of the 99th percentile of its scores of training windows.
fn baseline_scores(learnt: &Windows, test: &Windows, channels: usize, seed: u64) -> Vec<(&'static str, Vec<f64>)> {
    let train = learnt.batch(0..learnt.len());
    let n = learnt.sample_len();
    let some = learnt.thinned(USUAL);
    baselines::all(&train, n, channels, seed)
        .into_iter()
        .map(|baseline| {
            let of = |windows: &Windows| -> Vec<f64> {
                let score = |i: usize| {
                    let mut values = Vec::with_capacity(n);
                    windows.gather(i, &mut values);
                    baseline.score(&values)
                };
                (0..windows.len()).into_par_iter().map(score).collect()
            };
            let usual = percentile(&of(&some), 99.0).max(f64::MIN_POSITIVE);
            // The nearest neighbour of a training window is itself.
            let unit = if usual > 1e-9 { usual } else { percentile(&of(test), 50.0).max(f64::MIN_POSITIVE) };
            (baseline.name(), of(test).into_iter().map(|score| score / unit).collect())
        })
        .collect()
}

fn rows(protocol: &Protocol, scored: &[(String, Vec<(String, Scored)>)]) -> Vec<Row> {
    let mut groups: BTreeMap<usize, String> = BTreeMap::new();
    for (_, cases) in scored {
        for (group, _) in cases {
            if !groups.values().any(|known| known == group) {
                groups.insert(groups.len(), group.clone());
            }
        }
    }
    let mut names: Vec<String> = groups.into_values().collect();
    let together = protocol.score.pooled || names.len() == 1;
    if together && names.len() > 1 {
        names.push("all".into());
    }
    let mut rows = Vec::new();
    for group in names {
        for (detector, cases) in scored {
            let own: Vec<&Scored> =
                cases.iter().filter(|(of, _)| group == "all" || *of == group).map(|(_, scored)| scored).collect();
            let figures = figures(&own, protocol.score.limit_of_other_fold);
            rows.push(Row { group: group.clone(), detector: detector.clone(), figures });
        }
    }
    rows
}
