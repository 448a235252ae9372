//! A report of a small run, in a browser: every picture is there and shows something, and the page is content.
//!
//! Chromium is looked for as `PICOAE_CHROMIUM`, then on the path and in /usr/bin. Without it the test fails, unless
//! `PICOAE_WITHOUT_BROWSER=1` says that the page is to be checked without one.

use assert_cmd::Command;
use std::path::{Path, PathBuf};
use std::process::Stdio;

fn picoae() -> Command {
    Command::new(env!("CARGO_BIN_EXE_picoae"))
}

fn chromium() -> Option<PathBuf> {
    if std::env::var_os("PICOAE_WITHOUT_BROWSER").is_some_and(|v| v == "1") {
        return None;
    }
    if let Some(path) = std::env::var_os("PICOAE_CHROMIUM") {
        return Some(path.into());
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/bin".into()]);
    let found = folders
        .flat_map(|f| ["chromium", "chromium-browser", "google-chrome"].map(|n| f.join(n)))
        .find(|p| p.is_file());
    Some(found.expect(
        "no Chromium to look at the report with: install it (Debian: apt-get install chromium) or name it in PICOAE_CHROMIUM, \
         or set PICOAE_WITHOUT_BROWSER=1 to check the page without a browser",
    ))
}

/// Draws every picture of the page on a canvas and writes how large it is and how many colours it has into the title of
/// the document, which the browser then prints.
const LOOK: &str = r#"<script>
addEventListener("load", async () => {
  const style = document.querySelector("style").textContent;
  const out = [];
  for (const svg of document.querySelectorAll("svg[data-picture]")) {
    const box = svg.getBoundingClientRect();
    const copy = svg.cloneNode(true);
    const sheet = document.createElementNS("http://www.w3.org/2000/svg", "style");
    sheet.textContent = style;
    copy.prepend(sheet);
    const image = new Image();
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(new XMLSerializer().serializeToString(copy));
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth; canvas.height = image.naturalHeight;
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const pixels = new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
    out.push([svg.dataset.picture, box.width > 50 && box.height > 50, image.naturalWidth, image.naturalHeight,
      new Set(pixels).size].join(","));
  }
  const result = document.createElement("pre");
  result.id = "looked";
  result.textContent = out.join(";");
  document.body.append(result);
});
</script>"#;

fn browse(chromium: &Path, folder: &Path, page: &Path) -> (String, String) {
    let run = std::process::Command::new(chromium)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args([
            "--enable-logging=stderr",
            "--v=0",
            "--window-size=1000,1400",
            "--virtual-time-budget=60000",
            "--dump-dom",
        ])
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .arg(format!("file://{}", page.display()))
        .stdin(Stdio::null())
        .output()
        .expect("Chromium starts");
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    (text(&run.stdout), text(&run.stderr))
}

/// Width, height and number of colours of a PNG file, read from its header and pixels.
fn png(path: &Path) -> (u32, u32, usize) {
    let file = std::io::BufReader::new(std::fs::File::open(path).expect("the picture is there"));
    let mut reader = png::Decoder::new(file).read_info().expect("it is a PNG file");
    let mut pixels = vec![0; reader.output_buffer_size().expect("it fits into memory")];
    let frame = reader.next_frame(&mut pixels).expect("it is whole");
    let colours: std::collections::HashSet<&[u8]> = pixels.chunks(frame.color_type.samples()).collect();
    (frame.width, frame.height, colours.len())
}

fn train(run: &Path, arguments: &[&str]) {
    picoae().args(arguments).arg("--out").arg(run).assert().success();
}

fn check(run: &Path, expected: &[&str]) {
    let folder = run.join("page");
    picoae().arg("report").arg(run).args(["--samples", "24", "--out"]).arg(&folder).assert().success();
    let html = std::fs::read_to_string(folder.join("report.html")).expect("the page is there");
    for outside in ["http://", "https://", "<script", "@import", "url("] {
        let found = html.replace("http://www.w3.org/2000/svg", "").matches(outside).count();
        assert_eq!(found, 0, "{outside} in a page that must stand alone");
    }
    // Pictures in base64 may hold any letters, and words may hold these: numbers stand alone.
    let shown: String =
        html.split('"').map(|part| if part.starts_with("data:") { "" } else { part }).collect::<Vec<_>>().join(" ");
    let none =
        shown.split(|c: char| !c.is_ascii_alphanumeric()).find(|word| ["NaN", "nan", "inf", "infinity"].contains(word));
    assert_eq!(none, None, "a value that is none is shown");
    let present: Vec<&str> = html.split("data-picture=\"").skip(1).filter_map(|s| s.split('"').next()).collect();
    for name in expected {
        assert!(present.contains(name), "no picture {name} among {present:?}");
    }
    for name in &present {
        let (width, height, colours) = png(&folder.join(format!("{name}.png")));
        assert!(width > 100 && height > 100 && colours > 4, "{name}.png: {width} × {height}, {colours} colours");
        let svg = std::fs::read_to_string(folder.join(format!("{name}.svg"))).expect("the SVG is there");
        assert!(svg.starts_with("<svg") && svg.contains("prefers-color-scheme:dark"), "{name}.svg");
    }
    let Some(chromium) = chromium() else { return };
    let with_look = folder.join("look.html");
    std::fs::write(&with_look, html.replace("</body>", &format!("{LOOK}</body>"))).expect("a page can be written");
    let (dom, log) = browse(&chromium, &folder, &with_look);
    let console: Vec<&str> = log.lines().filter(|l| l.contains("CONSOLE")).collect();
    assert!(console.is_empty(), "{console:?}");
    let looked = dom.split("id=\"looked\">").nth(1).and_then(|s| s.split('<').next()).unwrap_or_default();
    assert_eq!(looked.split(';').count(), present.len(), "the browser looked at {looked:?}; it said {log}");
    for picture in looked.split(';') {
        let [name, shown, width, height, colours] = picture.split(',').collect::<Vec<_>>()[..] else {
            panic!("{picture}");
        };
        let number = |text: &str| text.parse::<u32>().expect("a number");
        let well = shown == "true" && number(width) > 100 && number(height) > 100 && number(colours) > 4;
        assert!(well, "{name}: shown {shown}, {width} × {height}, {colours} colours");
    }
}

#[test]
fn signals() {
    let folder = tempfile::tempdir().expect("a folder for the run");
    let run = folder.path().join("run");
    let small = ["train", "timeseries", "--set", "fit.epochs=2", "--set", "fit.min_steps=60"];
    let sets = ["train_windows=96", "validation_windows=24", "test_windows=24", "fault_windows=6"];
    let sets = sets.map(|s| format!("data.signals.{s}"));
    let mut arguments = small.to_vec();
    sets.iter().for_each(|s| arguments.extend(["--set", s.as_str()]));
    train(&run, &arguments);
    let mut expected = vec!["loss", "learning-rate", "scores-float", "scores-int8", "deviation-by-kind", "roc", "pr"];
    expected.extend(["confusion-float", "confusion-int8", "one-sided", "signal-normal", "signal-clipping"]);
    check(&run, &expected);
}

#[test]
fn digits() {
    let folder = tempfile::tempdir().expect("a folder for the run");
    let (run, images) = (folder.path().join("run"), folder.path().join("mnist"));
    std::fs::create_dir(&images).expect("a folder for the images");
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/mnist");
    let names = [("train-images", 3), ("train-labels", 1), ("test-images", 3), ("test-labels", 1)];
    for (name, dimensions) in names {
        let name_in_mnist = format!("{}-idx{dimensions}-ubyte.gz", name.replace("test", "t10k"));
        std::fs::copy(fixture.join(format!("{name}.idx.gz")), images.join(name_in_mnist)).expect("a fixture to copy");
    }
    let settings = [
        format!("data.mnist.folder={:?}", images.to_str().expect("a path in UTF-8")),
        "data.mnist.validation=40".into(),
        "data.mnist.anomalies=6".into(),
        "fit.epochs=1".into(),
        "fit.min_steps=40".into(),
    ];
    let mut arguments = vec!["train", "digits"];
    settings.iter().for_each(|s| arguments.extend(["--set", s.as_str()]));
    train(&run, &arguments);
    let mut expected = vec!["loss", "reconstructions", "reconstructions-inverted", "latents-float", "latents-int8"];
    expected.extend(["mesh-float", "mesh-int8", "scores-int8", "deviation-by-kind", "roc", "pr", "confusion-int8"]);
    check(&run, &expected);
}

#[test]
fn a_run_that_is_none_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("nothing");
    let done = picoae().arg("report").arg(&missing).assert().failure().code(2);
    let said = String::from_utf8_lossy(&done.get_output().stderr).into_owned();
    assert!(said.contains("nothing: no such run folder"), "{said}");
}
