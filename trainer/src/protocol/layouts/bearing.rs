//! Recordings of a machine, one normal and several faults, in files of their own: the CWRU bearing data.

use super::reader::Reader;
use crate::data::{FormatConfig, InputFile, LabelConfig, RecordingSource};
use crate::error::{Error, Result};
use crate::protocol::case::Case;
use crate::protocol::cut::{Cut, starts};
use crate::protocol::folder::{Folder, name, stem, text};
use crate::protocol::{mat, numbers};
use serde::{Deserialize, Serialize};

/// What the file of a recording may end in.
const ENDINGS: [&str; 3] = [".mat", ".npy", ".csv"];

/// `[layout.bearing]`: a normal recording, whose first half is learnt from and whose second half is tested, and every
/// other recording in a file of that kind as a fault. Files are MATLAB's, NPY arrays of one dimension, or CSV of one
/// column. Each task is a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bearing {
    /// Names that the normal recording may have, without ending, in capitals or not.
    pub normal: Vec<String>,
    /// Names of recordings that are neither, without ending, in capitals or not.
    pub leave_out: Vec<String>,
    /// What the name of the variable in a MATLAB file ends in; it is the channel's name.
    pub variable: String,
    /// What is to be told apart.
    pub tasks: Vec<Task>,
    /// Part of a fault in [`Task::Mixed`], above 0 and at most 1.
    pub mixed: f32,
}

/// What the faults are made to before they are tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// As they are.
    Faults,
    /// Scaled to the root mean square of the normal recording.
    NormalRms,
    /// The second half of the normal recording, plus a part of the fault's deviations from its mean, both from their first sample on and as
    /// long as both are there: some faults are shorter than the half in front of it.
    Mixed,
}

impl Task {
    fn name(self, mixed: f32) -> String {
        match self {
            Self::Faults => "faults".into(),
            Self::NormalRms => "normal RMS".into(),
            Self::Mixed => format!("normal + {} % fault", (mixed * 1000.0).round() / 10.0),
        }
    }
}

/// The files of a folder.
struct Files<'a> {
    normal: Vec<&'a InputFile>,
    faults: Vec<&'a InputFile>,
}

impl Bearing {
    fn files<'a>(&self, folder: &'a Folder) -> Files<'a> {
        let is = |file: &InputFile, names: &[String]| names.iter().any(|name| name.eq_ignore_ascii_case(stem(file)));
        let recordings = folder.files(|name| ENDINGS.iter().any(|ending| name.ends_with(ending)));
        let (normal, others) = recordings.partition::<Vec<_>, _>(|file| is(file, &self.normal));
        let alike = |file: &InputFile| normal.iter().any(|n| n.path.extension() == file.path.extension());
        let faults = others.into_iter().filter(|file| alike(file) && !is(file, &self.leave_out)).collect();
        Files { normal, faults }
    }

    fn values(&self, file: &InputFile) -> Result<Vec<f32>> {
        let path = &file.path;
        if name(file).ends_with(".mat") {
            return mat::variable(path, &picoae_compiler::files::read(path)?, &self.variable);
        }
        if name(file).ends_with(".csv") {
            return numbers::column(path, &text(file)?);
        }
        let (format, labels) = (FormatConfig::default(), LabelConfig::default());
        let source = RecordingSource {
            files: std::slice::from_ref(path),
            channels: &[],
            window: None,
            rate: None,
            exclude: &[],
            format: &format,
            labels: &labels,
            inherited: None,
        };
        let read = source.read()?;
        if read.channels.len() != 1 {
            return Err(Error::file(
                path,
                format!("{} channels, expected an array of one dimension", read.channels.len()),
            ));
        }
        Ok(read.values.to_vec())
    }

    /// What of a fault is tested.
    fn made(&self, task: Task, normal: &[f32], fault: &[f32]) -> Vec<f32> {
        match task {
            Task::Faults => fault.to_vec(),
            Task::NormalRms => {
                let factor = rms(normal) / rms(fault);
                fault.iter().map(|v| (f64::from(*v) * factor) as f32).collect()
            }
            Task::Mixed => {
                let mean = fault.iter().copied().map(f64::from).sum::<f64>() / fault.len() as f64;
                let part = f64::from(self.mixed);
                let half = normal.len() / 2;
                let pairs = normal.iter().skip(half).zip(fault);
                pairs.map(|(n, f)| (f64::from(*n) + part * (f64::from(*f) - mean)) as f32).collect()
            }
        }
    }

    fn case(&self, task: Task, normal: &[f32], faults: &[(&InputFile, Vec<f32>)], cut: &Cut) -> Result<Case> {
        let name = task.name(self.mixed);
        let mut case = Case::new(&name, &name, &self.variable);
        let (first, second) = normal.split_at(normal.len() / 2);
        case.train = first.to_vec();
        case.cut_train(cut.window, cut.train_step);
        case.test = second.to_vec();
        case.recordings.push(("normal".into(), 0..second.len()));
        for (file, fault) in faults {
            let made = self.made(task, normal, fault);
            if made.iter().any(|v| !v.is_finite()) {
                return Err(Error::file(
                    &file.path,
                    format!("cannot be scaled for {name}, expected values other than 0"),
                ));
            }
            if made.len() < cut.window {
                let message = format!("{} samples for {name}, expected at least {}", made.len(), cut.window);
                return Err(Error::file(&file.path, message));
            }
            let rows = case.test.len()..case.test.len() + made.len();
            case.test.extend(made);
            case.events.push(rows.clone());
            case.recordings.push((stem(file).into(), rows));
        }
        for (i, (_, rows)) in case.recordings.iter().enumerate() {
            case.test_starts.extend(starts(rows.clone(), cut.window, cut.test_step));
            case.test_abnormal.resize(case.test_starts.len(), i > 0);
        }
        case.check(cut.window)?;
        Ok(case)
    }
}

/// The root mean square of values, the mean being part of it.
fn rms(values: &[f32]) -> f64 {
    (values.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>() / values.len() as f64).sqrt()
}

impl Reader for Bearing {
    fn check(&self, _: &Cut) -> Result<()> {
        if self.normal.is_empty() {
            return Err(Error::setting("layout.bearing.normal", "[]", "names of the normal recording"));
        }
        if self.variable.is_empty() {
            return Err(Error::setting(
                "layout.bearing.variable",
                "\"\"",
                "the end of a variable's name, such as DE_time",
            ));
        }
        if self.tasks.is_empty() {
            return Err(Error::setting("layout.bearing.tasks", "[]", "faults, normal-rms, mixed or some of them"));
        }
        if !(self.mixed > 0.0 && self.mixed <= 1.0) {
            return Err(Error::setting("layout.bearing.mixed", self.mixed, "a part above 0 and at most 1"));
        }
        Ok(())
    }

    fn wanted(&self) -> String {
        format!("a normal recording ({}; .mat, .npy or .csv) and faults beside it", self.normal.join(", "))
    }

    fn is_in(&self, folder: &Folder) -> bool {
        !self.files(folder).normal.is_empty()
    }

    fn cases(&self, folder: &Folder, cut: &Cut) -> Result<Vec<Case>> {
        let files = self.files(folder);
        let normal = match files.normal[..] {
            [normal] => normal,
            [] => return Err(folder.missing(&self.wanted())),
            [first, second, ..] => return Err(folder.twice("the normal recording", first, second)),
        };
        if files.faults.is_empty() {
            let ending = normal.path.extension().unwrap_or_default().display();
            return Err(
                folder.missing(&format!("recordings of faults (*.{ending}) beside the normal one, {}", name(normal)))
            );
        }
        let values = self.values(normal)?;
        let faults: Vec<(&InputFile, Vec<f32>)> =
            files.faults.iter().map(|file| Ok((*file, self.values(file)?))).collect::<Result<_>>()?;
        let case = |task: &Task| self.case(*task, &values, &faults, cut).map_err(|e| e.in_file(&normal.path));
        self.tasks.iter().map(case).collect()
    }
}

#[cfg(test)]
#[path = "bearing_tests.rs"]
mod tests;
