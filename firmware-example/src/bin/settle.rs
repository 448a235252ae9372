//! Settling in on the device: rounds of moments, then scores, then the site's record. Arguments: file of samples as words, file for the
//! record, windows a round of moments, windows for limits, file for the journal.
#![no_std]
#![no_main]

use picoae::settling::{Answer, Calibrator, Event, Journal, Round, Settings, SiteRecord, WindowSums};
use picoae_firmware_example::host::{Arguments, File, succeed};
use picoae_firmware_example::machine::{entry, guard, singleton};
use semihosting::println;

picoae_firmware_example::compiled_model!();

#[entry]
fn main() -> ! {
    guard::forbid_below_stack();
    let arguments = Arguments::get();
    let (mut input, mut results) = (File::open(arguments.nth(1)), File::create(arguments.nth(2)));
    let number = |index| arguments.nth(index).parse().expect("a number of windows");
    let settings = Settings { moments_windows: number(3), limits_windows: number(4), ..Settings::DEFAULT };
    let detector = singleton!(: model::SiteDetector = model::SiteDetector::new()).expect("this is the first time");
    let mut calibrator = Calibrator::new(&model::FACTORY, settings);
    let mut written = File::create(arguments.nth(5));
    let mut journal = Journal::new(|piece: &[u8]| written.write(piece));
    journal.give(&mut calibrator, &Event::Start);
    let mut step = [0_i32; model::CHANNELS];
    let (mut sums, mut settled, mut windows) = (WindowSums::EMPTY, false, 0);
    while input.read_words(&mut step) {
        let Some(verdict) = detector.push_observed(step, |encoded| {
            if !settled {
                sums.add_step(encoded);
            }
        }) else {
            continue;
        };
        windows += 1;
        if settled {
            let (parts, abnormal) = model::SiteDetector::parts(&verdict.score);
            journal.give(&mut calibrator, &Event::Score { parts, factory_says_abnormal: abnormal });
            if windows < settings.limits_windows {
                continue;
            }
            let record: SiteRecord<{ model::CHANNELS }, { model::PARTS }> =
                calibrator.finish(1).expect("it settles in");
            record.write(&mut |piece| results.write(piece));
            // What was learnt can be run with.
            assert!(detector.apply(&record).is_ok(), "the record cannot be applied");
            drop(results);
            println!("figure settling_bytes {}", size_of_val(&calibrator));
            succeed();
        }
        journal.give(&mut calibrator, &Event::Window(core::mem::replace(&mut sums, WindowSums::EMPTY)));
        if windows == settings.moments_windows {
            windows = 0;
            let Answer::Adapted(Ok(round)) = journal.give(&mut calibrator, &Event::Adapt) else {
                panic!("a round of moments fails");
            };
            settled = round == Round::Settled;
            assert!(detector.adapt(calibrator.adaptations()).is_ok(), "the encodings cannot be adapted");
        }
    }
    panic!("the recording is too short to settle in");
}
