//! `picoae replay`: what a device says of a recording, alarms included.

use super::output::{Format, json_line, note, say};
use super::score_input::ScoreInput;
use crate::data::Recording;
use crate::error::{Error, Result};
use crate::evaluate::intervals::{CONFIDENCE, poisson};
use crate::pipeline::{Replay, Site};
use crate::progress::Progress;
use crate::run::RunDir;
use picoae::{Breach, Verdict};
use picoae_compiler::files::read;
use serde::Serialize;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    input: ScoreInput,
    /// The record of a site (as `picoae settle` and the device write it): what a device says that has settled in there
    #[arg(long, value_name = "FILE")]
    site: Option<PathBuf>,
    /// How to print: a line an alarm, or a JSON object a line
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// An alarm from its first verdict to its last.
#[derive(Debug, Serialize)]
struct AlarmRun {
    /// Number, from 0, of the last sample of the window that raised it.
    sample: usize,
    /// Its time, where the recording has times.
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    /// Verdicts for which it was on.
    verdicts: usize,
    /// The part that is beyond its limit in the window that raised it, and by how many percent; none where the rule alone keeps it on.
    part: Option<&'static str>,
    side: Option<&'static str>,
    percent_beyond: Option<u32>,
}

/// What came of all.
#[derive(Debug, Serialize)]
struct Summary {
    samples: usize,
    verdicts: usize,
    abnormal: usize,
    alarms: usize,
    /// Alarms an hour with its 95 % interval, where the samples have a rate.
    alarms_an_hour: Option<[f64; 3]>,
}

/// Settings that say how a recording is read.
const EFFECTIVE: [&str; 5] = ["data.channels", "data.rate", "data.exclude", "data.format", "data.window"];

pub(super) fn run(args: &Args) -> Result<()> {
    let run = RunDir::open(&args.input.run)?;
    let (blob, path) = run.artifact()?;
    let model = blob.model(path)?;
    let (_, recording, _) = args.input.samples(&run, &model, "replay", &EFFECTIVE)?;
    let recording = recording.ok_or_else(|| Error::invalid("replay takes recordings, and the run is of images"))?;
    let width = recording.width();
    if width != usize::from(model.input().channels) {
        let expected = model.input().channels;
        return Err(Error::invalid(format!(
            "{width} channels, the run was trained with {expected}; choose them with --channels"
        )));
    }
    let mut replay = Replay::new(&model)?;
    if let Some(file) = &args.site {
        let site = Site::from_record(&read(file)?, &model).map_err(|e| e.in_file(file))?;
        site.lines.iter().for_each(|line| note!("{line}"));
        replay = replay.at_site(site);
    }
    let (mut done, mut now) = (Summary { samples: 0, verdicts: 0, abnormal: 0, alarms: 0, alarms_an_hour: None }, None);
    let rows: usize = recording.stretches.iter().map(|s| s.rows.len()).sum();
    let mut progress = Progress::new("pushing", rows, "samples");
    for stretch in &recording.stretches {
        replay.gap();
        for row in stretch.rows.clone() {
            let step = &recording.values[row * width..(row + 1) * width];
            let verdict = replay.push(step).map_err(|e| Error::invalid(format!("{}: {e}", recording.place(row))))?;
            if let Some(verdict) = verdict {
                done.count(&verdict);
                follow(&recording, &mut now, &mut done, row, &verdict, args.format)?;
            }
        }
        done.samples += stretch.rows.len();
        progress.add(stretch.rows.len());
    }
    if let Some(last) = now.take() {
        print(&last, args.format)?;
    }
    finish(done, recording.rate, args.format)
}

impl Summary {
    fn count(&mut self, verdict: &Verdict) {
        self.verdicts += 1;
        self.abnormal += usize::from(verdict.is_anomaly());
    }
}

/// Begins, continues or ends an alarm.
fn follow(
    recording: &Recording,
    now: &mut Option<AlarmRun>,
    done: &mut Summary,
    row: usize,
    verdict: &Verdict,
    format: Format,
) -> Result<()> {
    match (now.as_mut(), verdict.alarm) {
        (Some(alarm), true) => alarm.verdicts += 1,
        (None, true) => {
            done.alarms += 1;
            let why = verdict.breach;
            let of = |of: fn(&Breach) -> &'static str| why.as_ref().map(of);
            *now = Some(AlarmRun {
                sample: row,
                time: recording.time_text(row),
                verdicts: 1,
                part: of(|b| b.part.name()),
                side: of(|b| b.side.name()),
                percent_beyond: why.map(|b| b.percent_beyond()),
            });
        }
        (Some(_), false) => {
            if let Some(ended) = now.take() {
                print(&ended, format)?;
            }
        }
        (None, false) => {}
    }
    Ok(())
}

fn print(alarm: &AlarmRun, format: Format) -> Result<()> {
    if format == Format::Json {
        return say!("{}", json_line(alarm)?);
    }
    let time = alarm.time.as_deref().map_or(String::new(), |time| format!(" ({time})"));
    let why = match (alarm.part, alarm.side, alarm.percent_beyond) {
        (Some(part), Some(side), Some(percent)) => format!(": {part} {side} its limit by {percent} %"),
        _ => String::new(),
    };
    say!("ALARM at sample {}{time} for {} verdicts{why}", alarm.sample, alarm.verdicts)
}

fn finish(mut done: Summary, rate: Option<f64>, format: Format) -> Result<()> {
    let hours = rate.map(|rate| done.samples as f64 / rate / 3600.0);
    done.alarms_an_hour = hours.map(|hours| {
        let [low, high] = poisson(done.alarms, hours, CONFIDENCE);
        [done.alarms as f64 / hours, low, high]
    });
    if format == Format::Json {
        return say!("{}", json_line(&done)?);
    }
    if done.verdicts == 0 {
        note!("the recording is too short for a verdict");
    }
    let often = done
        .alarms_an_hour
        .map_or(String::new(), |[rate, low, high]| format!("; {rate:.3} an hour (95 %: {low:.3} to {high:.3})"));
    say!(
        "{} samples, {} verdicts, {} abnormal, {} alarms{often}",
        done.samples,
        done.verdicts,
        done.abnormal,
        done.alarms
    )
}
