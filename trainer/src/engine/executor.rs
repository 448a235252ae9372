//! Running a network: threads, memory, a few samples at a time forward and backward.

use super::compile::{CompileOptions, CompiledNetwork};
use super::criterion::Criterion;
use super::feature_map::FeatureMap;
use super::float_op::{Backward, Io};
use crate::error::{Error, Result};
use picoae_compiler::spec::Architecture;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Values of all maps that a thread works on at a time; with their gradients this should not exceed the second-level
/// cache by much, while matrices should not become too small.
const WORKING_SET: usize = 1 << 18;

/// Time that one op has taken, summed over threads.
#[derive(Debug, Clone, PartialEq)]
pub struct OpTime {
    /// What it does.
    pub label: &'static str,
    /// Multiply-accumulates of one sample's forward pass.
    pub macs: usize,
    /// Seconds of its forward passes.
    pub forward: f64,
    /// Seconds of its backward passes.
    pub backward: f64,
}

/// What is asked of a run over samples.
enum Goal<'a> {
    /// The outputs.
    Output(&'a mut [f32]),
    /// The loss against targets, and its gradient if `backward`.
    Loss { criterion: &'a dyn Criterion, target: &'a [f32], scale: f32, backward: bool },
    /// The gradient, given that by the outputs; also that by the inputs.
    Gradient { by_output: &'a [f32], by_input: &'a mut [f32] },
}

/// Maps of a network, and the memory of one thread.
struct Workspace {
    /// Values of every map: the input and behind each op.
    values: Vec<Vec<f32>>,
    /// Gradients of two maps that follow one another.
    gradients: [Vec<f32>; 2],
    prepared: Vec<Vec<f32>>,
    scratch: Vec<f32>,
    /// Sum of gradients by the parameters.
    total: Vec<f32>,
    /// Sum of losses.
    loss: f64,
    times: Vec<[f64; 2]>,
}

/// A compiled network with the threads and memory to run it.
pub struct Engine {
    network: CompiledNetwork,
    /// For each map (the input and behind each op) how its values and its gradient lie.
    maps: Vec<[FeatureMap; 2]>,
    /// Samples a thread handles at a time.
    chunk: usize,
    threads: usize,
    pool: Option<rayon::ThreadPool>,
    workspaces: Mutex<Vec<Workspace>>,
    timed: bool,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("threads", &self.threads).field("chunk", &self.chunk).finish_non_exhaustive()
    }
}

impl Engine {
    /// Compiles `architecture` for `threads` threads (at least 1).
    ///
    /// # Errors
    /// Of the compiler where the layers do not fit; [`Error::Threads`].
    pub fn new(architecture: &Architecture, options: CompileOptions, threads: usize) -> Result<Arc<Self>> {
        Self::build(architecture, options, threads, false)
    }

    /// As [`new`](Self::new), but keeping account of the time that each op takes.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn timed(architecture: &Architecture, options: CompileOptions, threads: usize) -> Result<Arc<Self>> {
        Self::build(architecture, options, threads, true)
    }

    fn build(architecture: &Architecture, options: CompileOptions, threads: usize, timed: bool) -> Result<Arc<Self>> {
        let network = CompiledNetwork::new(architecture, options)?;
        let threads = threads.max(1);
        let maps: Vec<[FeatureMap; 2]> = (0..=network.ops.len())
            .map(|i| {
                let map = if i == 0 { network.input } else { network.ops[i - 1].output() };
                let values = network.ops.get(i).map_or([0, 0], |s| s.input_halo());
                let gradient = if i == 0 { [0, 0] } else { network.ops[i - 1].gradient_halo() };
                [map.with_halo(values), map.with_halo(gradient)]
            })
            .collect();
        let sample: usize = maps.iter().map(|m| m[0].stride()).sum();
        let chunk = (WORKING_SET / sample.max(1)).max(1);
        let pool = match threads {
            1 => None,
            n => Some(
                rayon::ThreadPoolBuilder::new()
                    .num_threads(n)
                    .build()
                    .map_err(|source| Error::Threads { threads: n, source })?,
            ),
        };
        Ok(Arc::new(Self { network, maps, chunk, threads, pool, workspaces: Mutex::new(Vec::new()), timed }))
    }

    /// The compiled network.
    pub fn network(&self) -> &CompiledNetwork {
        &self.network
    }

    /// Outputs `[n, channels, height, width]` for inputs of the same layout; `parameters` in the engine's order.
    pub fn forward(&self, parameters: &[f32], input: &[f32]) -> Vec<f32> {
        let mut output = vec![0.0; input.len() / self.network.input_len() * self.network.output().len()];
        let mut rest = output.as_mut_slice();
        self.run(parameters, input, |share| {
            let (mine, others) = std::mem::take(&mut rest).split_at_mut(share.len() * self.network.output().len());
            rest = others;
            Goal::Output(mine)
        });
        output
    }

    /// Mean loss of inputs against targets, both `[n, channels, height, width]`.
    pub fn loss(&self, criterion: &dyn Criterion, parameters: &[f32], input: &[f32], target: &[f32]) -> f32 {
        self.loss_run(criterion, parameters, input, target, false).0
    }

    /// Mean loss and its gradient by the parameters, in the engine's order.
    pub fn loss_and_gradient(
        &self,
        criterion: &dyn Criterion,
        parameters: &[f32],
        input: &[f32],
        target: &[f32],
    ) -> (f32, Vec<f32>) {
        self.loss_run(criterion, parameters, input, target, true)
    }

    fn loss_run(
        &self,
        criterion: &dyn Criterion,
        parameters: &[f32],
        input: &[f32],
        target: &[f32],
        backward: bool,
    ) -> (f32, Vec<f32>) {
        let length = self.network.output().len();
        let scale = 1.0 / target.len().max(1) as f32;
        let (loss, gradient) = self.run(parameters, input, |share| Goal::Loss {
            criterion,
            target: &target[share.start * length..share.end * length],
            scale,
            backward,
        });
        ((loss * f64::from(scale)) as f32, gradient)
    }

    /// Gradients by the inputs and by the parameters, given that by the outputs.
    pub fn gradients(&self, parameters: &[f32], input: &[f32], by_output: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let mut by_input = vec![0.0; input.len()];
        let mut rest = by_input.as_mut_slice();
        let length = self.network.output().len();
        let (_, gradient) = self.run(parameters, input, |share| {
            let (mine, others) = std::mem::take(&mut rest).split_at_mut(share.len() * self.network.input_len());
            rest = others;
            Goal::Gradient { by_output: &by_output[share.start * length..share.end * length], by_input: mine }
        });
        (by_input, gradient)
    }

    /// Takes the times kept since the last call; none unless the engine is a [timed](Self::timed) one.
    pub fn take_times(&self) -> Vec<OpTime> {
        let mut all: Vec<OpTime> = (self.network.ops.iter())
            .map(|s| OpTime { label: s.label(), macs: s.macs(), forward: 0.0, backward: 0.0 })
            .collect();
        for workspace in self.workspaces.lock().unwrap_or_else(PoisonError::into_inner).iter_mut() {
            for (sum, time) in all.iter_mut().zip(&mut workspace.times) {
                let [forward, backward] = std::mem::take(time);
                sum.forward += forward;
                sum.backward += backward;
            }
        }
        all
    }

    fn workspace(&self) -> Workspace {
        let network = &self.network;
        let largest = self.maps.iter().map(|m| m[1].stride()).max().unwrap_or(0) * self.chunk;
        let scratch = network.ops.iter().map(|s| s.scratch_len(self.chunk)).max().unwrap_or(0);
        Workspace {
            values: self.maps.iter().map(|m| vec![0.0; m[0].stride() * self.chunk]).collect(),
            gradients: [vec![0.0; largest], vec![0.0; largest]],
            prepared: network.ops.iter().map(|s| vec![0.0; s.prepared_len()]).collect(),
            scratch: vec![0.0; scratch],
            total: vec![0.0; network.parameters()],
            loss: 0.0,
            times: vec![[0.0; 2]; network.ops.len()],
        }
    }

    /// Splits the samples among the threads, always in the same way, and gives the sums of losses and of gradients, always
    /// added in the same order.
    fn run<'a>(
        &self,
        parameters: &[f32],
        input: &'a [f32],
        mut goal: impl FnMut(std::ops::Range<usize>) -> Goal<'a>,
    ) -> (f64, Vec<f32>) {
        let (length, n) = (self.network.input_len(), input.len() / self.network.input_len());
        let mut workspaces = self.workspaces.lock().unwrap_or_else(PoisonError::into_inner);
        while workspaces.len() < self.threads {
            workspaces.push(self.workspace());
        }
        let shares: Vec<_> = (0..self.threads).map(|i| n * i / self.threads..n * (i + 1) / self.threads).collect();
        let jobs = workspaces.iter_mut().zip(shares).map(|(workspace, share)| {
            let input = &input[share.start * length..share.end * length];
            (workspace, input, goal(share))
        });
        match &self.pool {
            None => jobs.for_each(|(w, input, goal)| self.share(w, parameters, input, goal)),
            Some(pool) => {
                let jobs: Vec<_> = jobs.collect();
                pool.scope(|scope| {
                    for (w, input, goal) in jobs {
                        scope.spawn(move |_| self.share(w, parameters, input, goal));
                    }
                });
            }
        }
        let mut gradient = workspaces[0].total.clone();
        for other in &workspaces[1..] {
            gradient.iter_mut().zip(&other.total).for_each(|(g, o)| *g += o);
        }
        (workspaces.iter().map(|w| w.loss).sum(), gradient)
    }

    /// One thread's share.
    fn share(&self, w: &mut Workspace, parameters: &[f32], input: &[f32], mut goal: Goal<'_>) {
        w.loss = 0.0;
        w.total.fill(0.0);
        for ((op, range), prepared) in self.network.ops.iter().zip(&self.network.ranges).zip(&mut w.prepared) {
            op.prepare(&parameters[range.clone()], prepared);
        }
        let (length, n) = (self.network.input_len(), input.len() / self.network.input_len());
        for first in (0..n).step_by(self.chunk) {
            let count = self.chunk.min(n - first);
            load(self.maps[0][0], &input[first * length..(first + count) * length], &mut w.values[0]);
            for i in 0..self.network.ops.len() {
                self.op_forward(w, i, parameters, count);
            }
            let (values, gradient) = self.maps[self.maps.len() - 1].into();
            let result = w.values.last().map_or(&[][..], Vec::as_slice);
            let outputs = first * values.len()..(first + count) * values.len();
            match &mut goal {
                Goal::Output(out) => {
                    store(values, result, &mut out[outputs]);
                    continue;
                }
                Goal::Loss { criterion, target, scale, backward } => {
                    let target = &target[outputs];
                    let into = &mut w.gradients[0];
                    w.loss += compare(*criterion, [values, gradient], result, target, *scale, into);
                    if !*backward {
                        continue;
                    }
                }
                Goal::Gradient { by_output, .. } => load(gradient, &by_output[outputs], &mut w.gradients[0]),
            }
            let to_input = matches!(goal, Goal::Gradient { .. });
            for i in (0..self.network.ops.len()).rev() {
                self.op_backward(w, i, parameters, count, i > 0 || to_input);
            }
            if let Goal::Gradient { by_input, .. } = &mut goal {
                store(self.maps[0][1], &w.gradients[0], &mut by_input[first * length..(first + count) * length]);
            }
        }
    }

    fn io<'a>(&self, i: usize, samples: usize, parameters: &'a [f32], prepared: &'a [f32]) -> Io<'a> {
        let ([x, dx], [y, dy]) = (self.maps[i], self.maps[i + 1]);
        Io { samples, x, y, dx, dy, parameters: &parameters[self.network.ranges[i].clone()], prepared }
    }

    fn op_forward(&self, w: &mut Workspace, i: usize, parameters: &[f32], samples: usize) {
        let begun = self.timed.then(Instant::now);
        let io = self.io(i, samples, parameters, &w.prepared[i]);
        let (before, behind) = w.values.split_at_mut(i + 1);
        self.network.ops[i].forward(&io, &before[i], &mut behind[0], &mut w.scratch);
        if let Some(begun) = begun {
            w.times[i][0] += begun.elapsed().as_secs_f64();
        }
    }

    /// Takes the gradient of the op's output from the first of the two gradients and leaves that of its input there.
    fn op_backward(&self, w: &mut Workspace, i: usize, parameters: &[f32], samples: usize, to_input: bool) {
        let begun = self.timed.then(Instant::now);
        let io = self.io(i, samples, parameters, &w.prepared[i]);
        let [dy, dx] = &mut w.gradients;
        let pass = Backward {
            x: &w.values[i],
            y: &w.values[i + 1],
            dy,
            dx: to_input.then_some(dx),
            gradient: &mut w.total[self.network.ranges[i].clone()],
            scratch: &mut w.scratch,
        };
        self.network.ops[i].backward(&io, pass);
        w.gradients.swap(0, 1);
        if let Some(begun) = begun {
            w.times[i][1] += begun.elapsed().as_secs_f64();
        }
    }
}

/// Brings samples from `[channels, height, width]` into a map.
fn load(map: FeatureMap, from: &[f32], into: &mut [f32]) {
    for (i, sample) in from.chunks_exact(map.len()).enumerate() {
        let into = map.of_mut(into, i);
        if map.channels == 1 || map.positions() == 1 {
            into.copy_from_slice(sample);
            continue;
        }
        for (c, plane) in sample.chunks_exact(map.positions()).enumerate() {
            into[c..].iter_mut().step_by(map.channels).zip(plane).for_each(|(i, v)| *i = *v);
        }
    }
}

/// The inverse of [`load`].
fn store(map: FeatureMap, from: &[f32], into: &mut [f32]) {
    for (i, sample) in into.chunks_exact_mut(map.len()).enumerate() {
        let from = map.of(from, i);
        if map.channels == 1 || map.positions() == 1 {
            sample.copy_from_slice(from);
            continue;
        }
        for (c, plane) in sample.chunks_exact_mut(map.positions()).enumerate() {
            plane.iter_mut().zip(from[c..].iter().step_by(map.channels)).for_each(|(v, f)| *v = *f);
        }
    }
}

/// Sum of losses of outputs against targets; writes its gradient, times `scale`.
fn compare(
    criterion: &dyn Criterion,
    [values, gradient]: [FeatureMap; 2],
    y: &[f32],
    target: &[f32],
    scale: f32,
    into: &mut [f32],
) -> f64 {
    let mut sum = 0.0;
    for (i, wanted) in target.chunks_exact(values.len()).enumerate() {
        let into = gradient.of_mut(into, i);
        load(FeatureMap { halo: [0, 0], ..values }, wanted, into);
        sum += criterion.compare(values.of(y, i), into, scale);
    }
    sum
}
