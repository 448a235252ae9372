//! Scores, limits, curves and decisions.

use super::axes::{Axis, short};
use super::figure::Stroke;
use super::gather::{Gathered, Kind, Scored};
use super::page::Page;
use super::plots::confusion::confusion;
use super::plots::dots::dots;
use super::plots::histogram::{Panel, histograms};
use super::plots::lines::{Series, lines};
use super::plots::ridges::ridges;
use super::theme::Ink;
use crate::error::Result;
use crate::evaluate::{average_precision, pr_curve, roc_auc, roc_curve};
use picoae::Part;

type Of = fn(&Kind) -> &Scored;
const BOTH: [(&str, &str, Of); 2] = [("float", "float", |k| &k.float), ("int8", "int8", |k| &k.int8)];

pub(super) fn section(page: &mut Page, g: &Gathered) -> Result<()> {
    page.section("scores", "Scores and limits");
    let learnt = match g.config.threshold.percentiles() {
        Some([lower, upper]) => format!("percentiles {lower} and {upper} of each part"),
        None => {
            format!(
                "such that no more of the normal ones than asked for, {}, are alarms",
                g.config.threshold.false_alarms
            )
        }
    };
    let names: Vec<&str> = g.parts.iter().map(|part| part.name()).collect();
    page.words(&format!(
        "A sample's score has parts. Of the squared residuals: the mean over the whole sample (total), over the {0} consecutive steps \
         where it is largest and over the {0} where it is smallest. Of the input itself: how far the means of its blocks are from \
         normal (coarse, in sixteenths of a standard deviation, squared), and the least that it moves in {0} steps (flat). This run uses \
         {2}. Their limits were learnt together from validation samples ({1}); a sample is abnormal when any part lies outside.",
        g.segment, learnt, names.join(", ")
    ));
    let mut pictures = Vec::new();
    for (i, (name, network, of)) in BOTH.into_iter().enumerate() {
        let limits = &g.limits[i];
        let panel = |title, part: usize| {
            let (normal, abnormal) = g.both(|k| of(k).errors.iter().map(|e| e[part]).collect());
            Panel { title, normal, abnormal, limits: [limits.lower[part], limits.upper[part]] }
        };
        let shown = g.parts.iter().filter(|part| Part::OF_RESIDUALS.contains(part) || **part == Part::Flat);
        let panels: Vec<Panel> = shown.map(|part| panel(part.name(), *part as usize)).collect();
        let title = format!("Histograms of the parts of the score, {network} network");
        let figure = histograms(&format!("scores-{name}"), &title, 760.0, "mean squared error or difference", &panels);
        pictures.push((figure, network));
    }
    for (figure, network) in pictures {
        page.pictures(vec![(
            figure,
            format!(
                "Errors of the {network} network, each set scaled to 100 %. Dashed: the limits. What lies within them in all \
                 panels passes as normal; abnormal samples left of a lower limit are the ones that a one-sided limit misses. Errors smaller than the axis shows are counted at its left end."
            ),
        )])?;
    }
    if g.kinds.iter().all(|k| k.samples.is_empty()) {
        page.words("There are no abnormal test samples in this run, so there is nothing to draw curves of.");
        return Ok(());
    }
    let rows: Vec<(&str, Vec<f64>)> =
        std::iter::once(&g.normal).chain(&g.kinds).map(|k| (k.name.as_str(), k.int8.deviation.clone())).collect();
    let axis = "anomaly score (largest deviation of the parts)";
    let figure = ridges("deviation-by-kind", "Histogram of the anomaly score of each kind, int8", 760.0, axis, &rows);
    page.pictures(vec![(
        figure,
        "The single number that samples are ranked by, int8 network, one row a kind (each scaled to its own height). 0 is the \
         median of normal samples; 1 is the limit. The further a row lies to the right of \
         the dashed line, the more surely the kind is found; a row that overlaps the normal one is one that is missed."
            .into(),
    )])?;
    separation(page, g)?;
    beside(page, g);
    Ok(())
}

/// What a user would take instead, and alarms in time.
fn beside(page: &mut Page, g: &Gathered) {
    let all = g.assessment.int8.kinds.last();
    if !g.assessment.beside.is_empty() {
        page.section("instead", "What could be taken instead");
        page.words("The same split: each learns from the training samples and ranks the test samples, 500 of each kind at most.");
        let number = |value: Option<f64>| value.map_or("–".into(), |value| format!("{value:.4}"));
        let own = ["this network, int8".into(), number(all.and_then(|a| a.roc_auc))];
        let mut rows =
            vec![own.into_iter().chain([number(all.and_then(|a| a.average_precision))]).collect::<Vec<String>>()];
        for other in &g.assessment.beside {
            rows.push(vec![other.name.clone(), number(Some(other.roc_auc)), number(Some(other.average_precision))]);
        }
        page.table(&["detector", "ROC-AUC", "average precision"], &rows);
    }
    if let Some(in_time) = &g.assessment.in_time {
        page.section("alarms", "Alarms in time");
        in_time.lines().iter().for_each(|line| page.words(line));
    }
}

fn separation(page: &mut Page, g: &Gathered) -> Result<()> {
    page.section("separation", "How well normal and abnormal are told apart");
    let sets = BOTH.map(|(_, network, of)| (network, g.both(|k| of(k).deviation.clone())));
    let inks = [Stroke::new(Ink::Float, 2.2), Stroke::new(Ink::Int8, 2.2).dashed()];
    let unit = |label: &str| Axis::linear(label, [0.0, 1.0]);
    let (mut roc, mut pr) = (Vec::new(), Vec::new());
    let names: Vec<[String; 2]> = sets
        .iter()
        .map(|(network, (n, a))| {
            [format!("{network} {:.4}", roc_auc(n, a)), format!("{network} {:.4}", average_precision(n, a))]
        })
        .collect();
    for (i, (_, (normal, abnormal))) in sets.iter().enumerate() {
        let points =
            roc_curve(normal, abnormal).iter().map(|p| [p.false_positive_rate, p.true_positive_rate]).collect();
        roc.push(Series { name: &names[i][0], points, stroke: inks[i], marked: false });
        let points = pr_curve(normal, abnormal).iter().map(|p| [p.recall, p.precision]).collect();
        pr.push(Series { name: &names[i][1], points, stroke: inks[i], marked: false });
    }
    let chance = vec![[0.0, 0.0], [1.0, 1.0]];
    roc.push(Series { name: "", points: chance, stroke: Stroke::new(Ink::Muted, 1.0), marked: false });
    let size = [388.0, 360.0];
    let (x, y) = (unit("false positive rate"), unit("true positive rate"));
    let roc = lines("roc", "Receiver operating characteristic, float and int8", size, x, y, &roc);
    let pr = lines("pr", "Precision by recall, float and int8", size, unit("recall"), unit("precision"), &pr);
    let (normal, abnormal) = (sets[0].1.0.len(), sets[0].1.1.len());
    page.pictures(vec![
        (
            roc,
            "ROC curve over all kinds together, with the area under it. It bends to the top left corner where few normal samples \
             are sacrificed for many abnormal ones; the diagonal is chance."
                .into(),
        ),
        (
            pr,
            format!(
                "Precision by recall, with the average precision. It depends on the mixture: here {abnormal} abnormal samples stand \
                 against {normal} normal ones; where faults are rarer, precision is lower."
            ),
        ),
    ])?;
    let matrices = BOTH.map(|(name, network, of)| {
        let c = g.confusion(of);
        let ink = if name == "float" { Ink::Float } else { Ink::Int8 };
        let figure = confusion(&format!("confusion-{name}"), &format!("Confusion matrix, {network} network"), ink, &c);
        let [p, r, f] = [c.precision(), c.recall(), c.f1()].map(|v| v.map_or("–".into(), |v| format!("{v:.4}")));
        (figure, format!("Decisions of the {network} network's limits: precision {p}, recall {r}, F1 {f}."))
    });
    page.pictures(matrices.into())?;
    table(page, g)
}

fn table(page: &mut Page, g: &Gathered) -> Result<()> {
    let area = |of: Of, kinds: &[Kind], value: &dyn Fn(&Scored) -> Vec<f64>| {
        let abnormal: Vec<f64> = kinds.iter().flat_map(|k| value(of(k))).collect();
        roc_auc(&value(of(&g.normal)), &abnormal)
    };
    let deviation = |j: &Scored| j.deviation.clone();
    let total = |j: &Scored| j.errors.iter().map(|e| e[0]).collect::<Vec<_>>();
    let groups: Vec<(&str, &[Kind])> = g
        .kinds
        .iter()
        .map(|k| (k.name.as_str(), std::slice::from_ref(k)))
        .chain([("all", &g.kinds[..])])
        .filter(|(_, kinds)| kinds.iter().any(|k| !k.samples.is_empty()))
        .collect();
    let [float, int8] = [BOTH[0].2, BOTH[1].2];
    let compared: Vec<(&str, [f64; 2])> =
        groups.iter().map(|(n, k)| (*n, [area(int8, k, &total), area(int8, k, &deviation)])).collect();
    let names = ["one-sided mean squared error", "score of parts"];
    let title = "ROC-AUC by kind: one-sided mean squared error against the score of parts, int8";
    let figure = dots("one-sided", title, 760.0, "ROC-AUC", names, &compared);
    page.pictures(vec![(
        figure,
        "What two-sided limits are worth, int8 network. The usual way calls a sample abnormal when its mean squared error is \
         large (grey). Left of the dashed line that is worse than chance: the kind is reconstructed better than normal samples."
            .into(),
    )])?;
    let f4 = |v: f64| if v.is_finite() { format!("{v:.4}") } else { "–".into() };
    let rows: Vec<Vec<String>> = groups
        .iter()
        .map(|(name, k)| {
            let called: Vec<bool> = k.iter().flat_map(|k| k.int8.abnormal.clone()).collect();
            let found = called.iter().filter(|c| **c).count() as f64 / called.len().max(1) as f64;
            let areas =
                [area(float, k, &deviation), area(int8, k, &deviation), area(float, k, &total), area(int8, k, &total)];
            let count = called.len().to_string();
            let mut row = vec![(*name).to_string(), count];
            row.extend(areas.map(f4));
            row.push(format!("{:.1} %", 100.0 * found));
            row
        })
        .collect();
    let head = [
        "kind",
        "samples",
        "ROC-AUC, float",
        "ROC-AUC, int8",
        "one-sided MSE, float",
        "one-sided MSE, int8",
        "found by the limits, int8",
    ];
    page.table(&head, &rows);
    let missed =
        compared.iter().filter(|(n, v)| *n != "all" && v[1] < 0.85).map(|(n, v)| format!("{n} ({})", short(v[1])));
    let missed: Vec<String> = missed.collect();
    if !missed.is_empty() {
        page.caution(&format!("These kinds are told apart poorly, with a ROC-AUC below 0.85: {}.", missed.join(", ")));
    }
    Ok(())
}
