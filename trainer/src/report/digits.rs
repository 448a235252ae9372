//! Images: reconstructions and the latent plane.

use super::gather::Gathered;
use super::page::Page;
use super::plots::images::{grey, mesh, signed, strip};
use super::plots::scatter::scatter;
use crate::data::Samples;
use crate::error::Result;
use crate::evaluate::{nearest_neighbour_accuracy, percentile};
use crate::pipeline;

/// Images across a strip.
const ACROSS: usize = 10;
/// Latents a side of the mesh.
const MESH: usize = 20;

pub(super) fn section(page: &mut Page, g: &Gathered) -> Result<Option<[f64; 2]>> {
    page.section("reconstructions", "Images and their reconstructions");
    page.words(
        "Test images over what comes out of the network, float and int8, and the difference of the two (float minus int8; white: \
         none, orange: float brighter, blue: int8 brighter, full colour at 0.1 of the range from black to white).",
    );
    let samples = &g.normal.samples;
    let chosen = one_of_each(samples.len(), &samples.labels);
    let figure = rows(g, &g.normal, &chosen, "reconstructions", "Test images over their reconstructions");
    let caption = "The first test image of each class. What passes through two numbers keeps the shape and loses the handwriting: \
                   reconstructions are smooth, and classes that share a region of the latent plane are mistaken for each other.";
    page.pictures(vec![(figure, caption.into())])?;
    for kind in g.kinds.iter().filter(|k| !k.samples.is_empty()) {
        let chosen: Vec<usize> = (0..kind.samples.len().min(ACROSS)).collect();
        let title = format!("Images of kind {} over their reconstructions", kind.name);
        let figure = rows(g, kind, &chosen, &format!("reconstructions-{}", kind.name), &title);
        page.pictures(vec![(figure, format!("Not digits: {}. The network answers with what it knows.", kind.name))])?;
    }
    page.caution(
        "The network is tied to its training distribution: whatever it is shown, it draws a digit. That is what makes other \
         things stand out, and also why a digit written in an unusual way can score like a thing that is none.",
    );
    let flat =
        g.graph.latent().len() == 2 && samples.labels.len() == samples.len() && g.train.labels.len() == g.train.len();
    if flat { latent(page, g).map(Some) } else { Ok(None) }
}

/// The first sample of each class in order; without classes the first samples.
fn one_of_each(count: usize, labels: &[u8]) -> Vec<usize> {
    let of: Vec<usize> = (0..=255_u8).filter_map(|c| labels.iter().position(|l| *l == c)).take(ACROSS).collect();
    if of.len() > 1 { of } else { (0..count.min(ACROSS)).collect() }
}

fn rows(g: &Gathered, kind: &super::gather::Kind, chosen: &[usize], name: &str, title: &str) -> super::figure::Figure {
    let [_, height, width] = g.normal.samples.shape;
    let n = kind.samples.sample_len();
    let plane = height * width;
    let of = |values: &[f32], i: usize| values[i * n..i * n + plane].to_vec();
    let all = |values: &[f32]| chosen.iter().map(|i| grey(&of(values, *i), width)).collect::<Vec<_>>();
    let difference = chosen.iter().map(|i| {
        let (a, b) = (of(&kind.float.output, *i), of(&kind.int8.output, *i));
        signed(&a.iter().zip(&b).map(|(a, b)| a - b).collect::<Vec<_>>(), width, 0.1)
    });
    let rows = [
        ("input", all(&kind.samples.values)),
        ("float", all(&kind.float.output)),
        ("int8", all(&kind.int8.output)),
        ("float − int8", difference.collect()),
    ];
    strip(name, title, 760.0, &rows)
}

fn latent(page: &mut Page, g: &Gathered) -> Result<[f64; 2]> {
    page.section("latents", "The latent plane");
    let (test, train) = (&g.normal.samples, &g.train);
    let float = [g.network.encode(&test.values, test.len())?, g.network.encode(&train.values, train.len())?];
    let model = g.host.model()?;
    let integer = |samples: &Samples| -> Result<Vec<f32>> {
        let windows = pipeline::quantize_samples(&samples.clone().into(), &g.graph.input);
        let latents = pipeline::integer_latents(&model, &windows)?;
        Ok(latents.into_iter().map(|q| g.graph.latent().dequantize(q)).collect())
    };
    let int8 = [integer(test)?, integer(train)?];
    let accuracy = |l: &[Vec<f32>; 2]| nearest_neighbour_accuracy(&l[1], &train.labels, &l[0], &test.labels, 2);
    let accuracies = [accuracy(&float)?, accuracy(&int8)?];
    let points = |l: &[f32]| l.chunks(2).map(|p| [f64::from(p[0]), f64::from(p[1])]).collect::<Vec<_>>();
    // The outermost thousandth would shrink the rest; it is drawn at the rim.
    let extent = |i: usize| {
        let values: Vec<f64> = float[0].chunks(2).map(|p| f64::from(p[i])).collect();
        let (low, high) = (percentile(&values, 0.1), percentile(&values, 99.9));
        let margin = 0.04 * (high - low);
        [low - margin, high + margin]
    };
    let range = [extent(0), extent(1)];
    page.words(&format!(
        "Each image becomes two numbers, so the test images can be drawn as points of a plane, coloured by class; the numeral stands \
         at the median of its class. How much of the class the two numbers keep: the nearest of {} training latents has the \
         class of the test image in {:.1} % of {} cases (float) and {:.1} % (int8). Guessing would get about 10 %.",
        train.len(),
        100.0 * accuracies[0],
        test.len(),
        100.0 * accuracies[1]
    ));
    let picture = |name: &str, network: &str, latents: &[f32]| {
        let title = format!("Latents of the test images by class, {network} network");
        scatter(name, &title, [388.0, 388.0], &points(latents), &test.labels, range)
    };
    let spots = |l: &[f32]| {
        let mut seen: Vec<[u32; 2]> = l.chunks(2).map(|p| [p[0].to_bits(), p[1].to_bits()]).collect();
        seen.sort_unstable();
        seen.dedup();
        seen.len()
    };
    page.pictures(vec![
        (
            picture("latents-float", "float", &float[0]),
            "Float latents. Classes that lie apart are kept apart; where colours mix, two numbers are too few.".into(),
        ),
        (
            picture("latents-int8", "int8", &int8[0]),
            format!(
                "Int8 latents: at most 256 × 256 places, so points line up in rows and columns; here {} different ones.",
                spots(&int8[0])
            ),
        ),
    ])?;
    let mut grid = Vec::new();
    for row in 0..MESH {
        for column in 0..MESH {
            let at = |[low, high]: [f64; 2], part: f64| (low + (high - low) * part) as f32;
            let (x, y) = ((column as f64 + 0.5) / MESH as f64, 1.0 - (row as f64 + 0.5) / MESH as f64);
            grid.extend([at(range[0], x), at(range[1], y)]);
        }
    }
    let decoded = g.network.decode(&grid, MESH * MESH)?;
    let tile = test.shape[2];
    let n = test.sample_len();
    let tiles: Vec<Vec<f32>> = decoded.chunks(n).map(<[f32]>::to_vec).collect();
    let latents: Vec<i8> = grid.iter().map(|v| g.graph.latent().quantize(*v)).collect();
    let drawn = pipeline::integer_decoded(&model, &latents)?;
    let drawn = pipeline::dequantize_samples(&drawn, g.graph.output());
    let quantized: Vec<Vec<f32>> = drawn.chunks(n).map(<[f32]>::to_vec).collect();
    let ends = range.map(|r| r.map(super::axes::short));
    let title = "Images decoded from a mesh over the latent plane";
    page.pictures(vec![
        (
            mesh("mesh-float", title, 388.0, &tiles, MESH, tile, ends.clone()),
            "Float: what the decoder draws at the middle of each of 20 × 20 cells of the plane above, in the same orientation. One \
             digit turns into another on the way; between the classes stand shapes that nobody wrote."
                .into(),
        ),
        (
            mesh("mesh-int8", "The same mesh, decoded by the int8 network", 388.0, &quantized, MESH, tile, ends),
            "Int8: the same mesh through the device's arithmetic. Regions where no training image lies are not to be trusted: \
             nothing has taught the decoder what to draw there."
                .into(),
        ),
    ])?;
    Ok(accuracies)
}
