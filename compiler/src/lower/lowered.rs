//! A finished plan on the workstation: writes both artifacts and runs.

use super::cost;
use super::data::Data;
use super::kernels;
use super::memory;
use super::node::Node;
use super::option::{PlanOption, WeightStorage};
use super::select::{self, Target};
use super::settings::Options;
use crate::error::{Error, Result};
use crate::graph::QGraph;
use bytemuck::Zeroable;
use picoae::plan::params::portable::ConvParams;
use picoae::plan::{
    Header, Kernel, MAGIC, MAX_SEGMENT, Stage, Tensor, VERSION, history_bytes, part_state_bytes, segment_fits, work,
};
use picoae::settling::Moments;
use picoae::{Model, Part, PartSet, StreamScorer};

/// Samples of a delay line, at least, where parts of the score take them together and memory is not to be the least: what a call costs is shared
/// by them.
const AT_A_TIME: usize = 88;

/// Instructions of such a call beside those that the samples take, as counted on a Cortex-M4F.
const A_CALL: f64 = 500.0;

/// Whether parts of the score look at the input.
fn takes_input(parts: PartSet) -> bool {
    [Part::Coarse, Part::Flat].into_iter().any(|part| parts.contains(part))
}

/// A plan in memory.
#[derive(Debug, Clone)]
pub struct Lowered {
    /// Name of the model.
    pub name: String,
    /// The whole model.
    pub header: Header,
    /// The pipeline.
    pub stages: Vec<Stage>,
    /// The layers that each stage stands for.
    pub names: Vec<String>,
    /// Of each channel's int8 values in normal training data, where they are known.
    pub moments: Vec<Moments>,
    data: Vec<u64>,
    data_bytes: usize,
}

/// An arena on the workstation, of any length.
#[derive(Debug, Clone)]
pub struct HostArena(Vec<u64>);

impl HostArena {
    /// At least `bytes` bytes.
    pub fn new(bytes: usize) -> Self {
        Self(vec![0; bytes.div_ceil(8)])
    }
}

impl AsMut<[u8]> for HostArena {
    fn as_mut(&mut self) -> &mut [u8] {
        bytemuck::cast_slice_mut(&mut self.0)
    }
}

fn tensor(shape: [usize; 3], info: &crate::graph::TensorInfo) -> Result<Tensor> {
    let extent = |v: usize| u16::try_from(v).map_err(|_| Error::invalid(format!("an extent of {v} is beyond 65535")));
    Ok(Tensor {
        height: extent(shape[0])?,
        width: extent(shape[1])?,
        channels: extent(shape[2])?,
        zero_point: info.zero_point as i16,
        scale: info.scale,
    })
}

/// Values of a step of the score's segments for an input of `[rows, columns, channels]`: those of all channels of a signal, one of
/// an image.
fn step([_, width, channels]: [usize; 3], segment: u16) -> Result<u16> {
    let step = if width == 1 { channels } else { 1 };
    let segment = usize::from(segment);
    match u16::try_from(step) {
        Ok(fits) if segment_fits(segment, step) => Ok(fits),
        _ => {
            let longest = (1..=MAX_SEGMENT).rev().find(|longest| segment_fits(*longest, step)).unwrap_or(0);
            Err(Error::invalid(format!(
                "a segment of {segment} steps of {step} values cannot be scored; a segment may have 1 to {longest} such steps"
            )))
        }
    }
}

impl Lowered {
    /// Makes the records of `nodes` and plans their memory.
    ///
    /// # Errors
    /// [`Error::Invalid`] when something is beyond what a plan can say.
    pub(super) fn build(graph: &QGraph, nodes: &[Node], options: &Options, option: PlanOption) -> Result<Self> {
        let mut own = vec![option; nodes.len()];
        let mut best = Self::of_stages(graph, nodes, options, &own)?;
        // Selection sees a stage alone. How its rows lie also decides what the stage in front of it takes to store them and
        // what it takes to move them, so each packed stage has to make the whole plan faster.
        for i in 0..nodes.len() {
            if best.stages[i].kernel != Kernel::ConvKronecker.code() {
                continue;
            }
            own[i].weights = WeightStorage::Wide;
            let other = Self::of_stages(graph, nodes, options, &own)?;
            if other.instructions(options.target) < best.instructions(options.target) {
                best = other;
            } else {
                own[i] = option;
            }
        }
        Ok(best)
    }

    /// The plan with an option for each of `nodes`.
    fn of_stages(graph: &QGraph, nodes: &[Node], options: &Options, own: &[PlanOption]) -> Result<Self> {
        let mut data = Data::default();
        let mut stages = Vec::new();
        for (i, option) in own.iter().enumerate() {
            let stage = select::stage(&nodes[i..], stages.last(), &mut data, options.target, *option)?;
            stages.push(stage);
        }
        kernels::connect(nodes, &mut stages, &mut data);
        let encodings = options.input.records(&graph.input, &mut data)?;
        let (limits, coarse, coarse_model) = options.score.records(&mut data)?;
        data.bytes.resize(data.bytes.len().next_multiple_of(8), 0);
        let (first, last) = (&nodes[0], &nodes[nodes.len() - 1]);
        let latent = nodes.iter().position(|n| n.is_latent).unwrap_or(nodes.len() - 1);
        let mut header = Header {
            magic: MAGIC,
            version: VERSION,
            stages: stages.len() as u16,
            data_bytes: data.bytes.len() as u32,
            encoder_stages: (latent + 1) as u16,
            segment: options.segment,
            step: step(first.input, options.segment)?,
            sample_kind: options.input.kind.code(),
            encodings,
            input: tensor(first.input, &graph.input)?,
            latent: tensor(nodes[latent].output, graph.latent())?,
            output: tensor(last.output, graph.output())?,
            // At first every sample can wait; then it is seen how many do.
            delay_bytes: graph.input.len() as u32,
            limits,
            coarse,
            parts: options.score.parts().bits(),
            alarm: options.score.alarm,
            hop: options.stream.map_or(0, |stream| stream.hop as u32),
            window: options.stream.map_or(0, |stream| stream.window as u32),
            ..Header::zeroed()
        };
        header.part_state.bytes = part_state_bytes(&header, coarse_model.as_ref());
        header.history.bytes = history_bytes(&header, coarse_model.as_ref());
        header.work = work(&stages, &data.bytes);
        memory::plan(&mut header, &mut stages, &data.bytes)?;
        header.work = work(&stages, &data.bytes);
        let mut words = vec![0_u64; data.bytes.len() / 8];
        bytemuck::cast_slice_mut(&mut words).copy_from_slice(&data.bytes);
        let names = nodes.iter().map(|n| n.name.clone()).collect();
        let mut lowered = Self {
            name: graph.name.clone(),
            header,
            stages,
            names,
            moments: options.score.moments.clone(),
            data: words,
            data_bytes: data.bytes.len(),
        };
        let waiting = lowered.longest_wait()?;
        // The score's parts of the input take the samples of a whole delay line at a time. Portable plans and those of the least tiles are for
        // the least memory; the portable target has no others.
        let kernels = options.target != Target::Portable && own.iter().all(|option| option.kernels && option.tile > 0);
        let roomy = options.stream.is_none() && kernels;
        let least = if takes_input(options.score.parts()) && roomy { AT_A_TIME.min(graph.input.len()) } else { 0 };
        lowered.header.delay_bytes = waiting.max(least) as u32;
        lowered.header.history.bytes = history_bytes(&lowered.header, coarse_model.as_ref());
        memory::plan(&mut lowered.header, &mut lowered.stages, bytemuck::cast_slice(&lowered.data))?;
        lowered.header.checksum = lowered.unchecked_model()?.checksum();
        Ok(lowered)
    }

    /// Whether values of the output come before the samples at their place, so that a score would not compare the two.
    ///
    /// # Errors
    /// [`Error::Invalid`] never for a plan that was built here.
    pub fn is_ahead(&self) -> Result<bool> {
        let model = self.model()?;
        let arena = HostArena::new(model.arena_bytes());
        let mut scorer = StreamScorer::with_arena(&model, arena).map_err(|e| Error::invalid(e.to_string()))?;
        let ahead = (0..model.input().len()).any(|_| {
            let _ = scorer.push(0);
            scorer.is_ahead()
        });
        Ok(ahead && self.header.scores())
    }

    /// Most samples that wait for their reconstruction, seen in a run: it does not depend on the samples.
    fn longest_wait(&self) -> Result<usize> {
        if !self.header.scores() {
            return Ok(1);
        }
        let model = self.unchecked_model()?;
        let arena = HostArena::new(model.arena_bytes());
        let mut scorer = StreamScorer::with_arena(&model, arena).map_err(|e| Error::invalid(e.to_string()))?;
        let (mut longest, mut burst) = (0, 0);
        for _ in 0..model.input().len() {
            let waiting = scorer.waiting() + 1;
            longest = longest.max(waiting);
            let _ = scorer.push(0);
            burst = burst.max(waiting.saturating_sub(scorer.waiting()));
        }
        let steps = burst.div_ceil(usize::from(self.header.step).max(1));
        if self.header.hop > 0 && steps > self.header.hop as usize {
            return Err(Error::invalid(format!(
                "a stream's hop of {} steps is less than the {steps} whose reconstruction comes at once; take a longer one",
                self.header.hop
            )));
        }
        Ok(longest)
    }

    fn unchecked_model(&self) -> Result<Model<'_>> {
        Model::from_records_within(&self.header, &self.stages, self.data(), u64::MAX)
            .map_err(|e| Error::invalid(format!("{}: {e}", self.name)))
    }

    /// For each stage the estimated instructions of one inference on `target`, and those that the portable kernel would
    /// take.
    pub fn estimates(&self, target: Target) -> Vec<[f64; 2]> {
        let portable = |stage: &Stage| {
            let portable = Stage { kernel: Kernel::Portable.code(), tile: 1, ..*stage };
            // Its parameters lie elsewhere than the portable kernel's; of those the groups count.
            let one_group = ConvParams { groups: 1, ..ConvParams::zeroed() };
            let own = stage.kernel == Kernel::BlockDense.code();
            if own { Stage { parameters: one_group.words(), ..portable } } else { portable }
        };
        let of = |stage: &Stage| target.selector().cost(stage, self.data());
        self.stages.iter().map(|stage| [of(stage), of(&portable(stage))]).collect()
    }

    /// Estimated instructions of one inference on `target`.
    pub fn instructions(&self, target: Target) -> f64 {
        let stages: f64 = self.estimates(target).iter().map(|[own, _]| own).sum();
        stages + cost::of_rest(&self.header, &self.stages, target.selector().rates()) + self.calls() * A_CALL
    }

    /// Calls of the parts of the score that take a delay line of the input at a time.
    fn calls(&self) -> f64 {
        let Header { input, delay_bytes, hop, .. } = &self.header;
        let taken = *hop == 0 && takes_input(self.header.part_set());
        if taken { input.len().div_ceil((*delay_bytes).max(1) as usize) as f64 } else { 0.0 }
    }

    /// The constant data.
    pub fn data(&self) -> &[u8] {
        &bytemuck::cast_slice(&self.data)[..self.data_bytes]
    }

    /// The model, ready to run.
    ///
    /// # Errors
    /// [`Error::Invalid`] never for a plan that was built here.
    pub fn model(&self) -> Result<Model<'_>> {
        self.unchecked_model()
    }

    /// A scorer with an arena of just the size that the plan states.
    ///
    /// # Errors
    /// As [`Lowered::model`].
    pub fn scorer(&self) -> Result<StreamScorer<'_, HostArena>> {
        let model = self.model()?;
        StreamScorer::with_arena(&model, HostArena::new(model.arena_bytes())).map_err(|e| Error::invalid(e.to_string()))
    }
}
