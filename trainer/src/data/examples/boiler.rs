//! Eight sensors of a boiler house, once a second, as a plant's historian exports them in half of Europe.

use super::parts::{Day, sine};
use crate::data::random::Stream;

pub(super) const FAULTS: &str = "80 minutes; a leak from minute 30 to 36: the flow rises while the pressure falls; the return \
                                 temperature's sensor sticks from minute 60 to 66";

const HEADER: &str = "Zeitpunkt;flow_l_min;pressure_bar;supply_c;return_c;gas_m3_h;fan_rpm;flue_c;outside_c\n";

/// Five and a half hours, or 80 minutes with faults.
pub(super) fn text(day: Day, random: &mut Stream) -> Vec<u8> {
    let (samples, date) = if day == Day::Normal { (20_000, "2026-02-10") } else { (4_800, "2026-02-11") };
    let mut text = String::from(HEADER);
    let (mut demand, mut outside, mut stuck) = (0.0, 0.0, None);
    for i in 0..samples {
        let second = f64::from(i);
        let during = |minute: i32| day == Day::Faulty && (minute * 60..(minute + 6) * 60).contains(&i);
        // What the houses draw wanders; the burner cycles once in four minutes.
        demand += -0.01 * demand + random.normal(0.03);
        outside += -0.01 * outside + random.normal(0.012);
        let burner = 0.5 + 0.5 * sine(second / 240.0);
        let leak = if during(30) { 1.0 } else { 0.0 };
        let flow = 42.0 + 6.0 * demand + 3.0 * sine(second / 90.0) + 9.0 * leak + random.normal(0.25);
        let pressure = 1.80 - 0.06 * demand - 0.03 * sine(second / 90.0) - 0.25 * leak + random.normal(0.004);
        let supply = 68.0 + 4.0 * burner - 1.5 * demand + random.normal(0.1);
        let fresh = 48.0 + 2.5 * sine((second - 40.0) / 240.0) - 2.0 * demand + random.normal(0.1);
        let back = if during(60) { *stuck.get_or_insert(fresh) } else { fresh };
        let gas = 3.2 + 2.4 * burner + 0.3 * demand + random.normal(0.04);
        let fan = 1450.0 + 600.0 * burner + random.normal(6.0);
        let flue = 118.0 + 22.0 * sine((second - 15.0) / 240.0) + random.normal(0.5);
        let weather = -2.0 + outside + random.normal(0.03);
        let (hour, minute, second) = (6 + i / 3600, i / 60 % 60, i % 60);
        let values = [
            format!("{flow:.2}"),
            format!("{pressure:.3}"),
            format!("{supply:.1}"),
            format!("{back:.1}"),
            format!("{gas:.2}"),
            format!("{fan:.0}"),
            format!("{flue:.1}"),
            format!("{weather:.2}"),
        ];
        let values = values.join(";").replace('.', ",");
        text.push_str(&format!("{date} {hour:02}:{minute:02}:{second:02};{values}\n"));
    }
    text.into_bytes()
}
