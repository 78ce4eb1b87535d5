use std::collections::BTreeMap;
use std::net::IpAddr;

use serde_json::{Map, Value};

use super::order::{Order, OrderError, Scope};
use crate::conditions::Conditions;
use crate::wan::Way;

/// What happens to a client's packets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Treatment {
    pub(super) up: Conditions,
    pub(super) down: Conditions,
    pub(super) udp_cut: bool,
    pub(super) tcp_cut: bool,
    /// How often it was rebound so far.
    pub(super) rebound: u64,
    /// The address that it is outside since.
    pub(super) address: Option<IpAddr>,
    /// How often its connections were closed so far.
    pub(super) reset: u64,
}

/// What happens to everybody's: a state, which orders change and tasks follow.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    first: Conditions,
    all: Treatment,
    /// Of clients that were named by their port.
    of: BTreeMap<u16, Treatment>,
}

impl Setting {
    pub(super) fn new(first: Conditions) -> Setting {
        let (udp_cut, tcp_cut, rebound, address, reset) = (false, false, 0, None, 0);
        let all = Treatment { up: first, down: first, udp_cut, tcp_cut, rebound, address, reset };
        Setting { first, all, of: BTreeMap::new() }
    }

    pub(super) fn of(&self, port: u16) -> &Treatment {
        self.of.get(&port).unwrap_or(&self.all)
    }

    /// What an order makes of it; nothing where it changes nothing.
    pub(super) fn changed(&self, order: &Order) -> Result<Option<Setting>, OrderError> {
        let mut setting = self.clone();
        match order {
            Order::Set { client, way, to } => setting.change(*client, |one| {
                if *way != Some(Way::Down) {
                    one.up = merged(one.up, to)?;
                }
                if *way != Some(Way::Up) {
                    one.down = merged(one.down, to)?;
                }
                Ok(())
            })?,
            Order::Cut { client, what } => setting.change(*client, |one| {
                one.cut(*what, true);
                Ok(())
            })?,
            Order::Restore { client, what } => setting.change(*client, |one| {
                one.cut(*what, false);
                Ok(())
            })?,
            Order::Rebind { client, address } => setting.change(*client, |one| {
                one.rebound += 1;
                one.address = address.or(one.address);
                Ok(())
            })?,
            Order::Reset { client } => setting.change(*client, |one| {
                one.reset += 1;
                Ok(())
            })?,
            Order::Clear => setting.change(None, |one| {
                (one.up, one.down) = (self.first, self.first);
                one.cut(Scope::All, false);
                Ok(())
            })?,
            Order::Count => return Ok(None),
        }
        Ok(Some(setting))
    }

    fn change(
        &mut self,
        client: Option<u16>,
        change: impl Fn(&mut Treatment) -> Result<(), OrderError>,
    ) -> Result<(), OrderError> {
        match client {
            Some(port) => change(self.of.entry(port).or_insert(self.all)),
            None => std::iter::once(&mut self.all).chain(self.of.values_mut()).try_for_each(change),
        }
    }
}

impl Treatment {
    fn cut(&mut self, what: Scope, is_cut: bool) {
        if what != Scope::Tcp {
            self.udp_cut = is_cut;
        }
        if what != Scope::Udp {
            self.tcp_cut = is_cut;
        }
    }
}

/// Conditions with other values in the fields that are named.
fn merged(conditions: Conditions, to: &Map<String, Value>) -> Result<Conditions, OrderError> {
    let mut value = serde_json::to_value(conditions)?;
    if let Some(fields) = value.as_object_mut() {
        fields.extend(to.clone());
    }
    Ok(serde_json::from_value::<Conditions>(value)?.checked()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(lines: &[&str]) -> Setting {
        let mut setting = Setting::new(Conditions::delayed(5.0));
        for line in lines {
            let order = Order::from_json(line).expect("an order");
            setting = setting.changed(&order).expect("it can be done").expect("a change");
        }
        setting
    }

    #[test]
    fn orders_change_what_they_name() {
        let setting = after(&[
            r#"{"do":"set","to":{"loss":0.05}}"#,
            r#"{"do":"set","client":7,"way":"down","to":{"rate_bps":300000}}"#,
            r#"{"do":"cut","what":"udp"}"#,
            r#"{"do":"restore","client":7}"#,
            r#"{"do":"rebind","address":"127.0.0.2"}"#,
            r#"{"do":"rebind","client":7}"#,
            r#"{"do":"reset"}"#,
        ]);
        let (all, one) = (*setting.of(1), *setting.of(7));
        assert_eq!((all.up.loss, all.down.loss, all.down.delay_ms, all.down.rate_bps), (0.05, 0.05, 5.0, 0));
        assert_eq!((one.up.rate_bps, one.down.rate_bps, one.down.loss), (0, 300_000, 0.05));
        assert_eq!((all.udp_cut, all.tcp_cut, one.udp_cut), (true, false, false));
        assert_eq!((all.rebound, one.rebound, all.reset), (1, 2, 1));
        assert_eq!(one.address, Some(IpAddr::from([127, 0, 0, 2])));
        let cleared = setting.changed(&Order::Clear).expect("done").expect("a change");
        assert_eq!(cleared.of(7).down, Conditions::delayed(5.0));
        assert!(!cleared.of(1).udp_cut);
    }

    #[test]
    fn what_is_no_order_is_refused() {
        for line in ["", "{}", r#"{"do":"fly"}"#, r#"{"do":"cut","what":"sctp"}"#, r#"{"do":"cut","who":1}"#]
        {
            assert!(Order::from_json(line).is_err(), "{line}");
        }
        let setting = Setting::new(Conditions::default());
        for to in [r#"{"losss":0.1}"#, r#"{"loss":2}"#, r#"{"delay_ms":"x"}"#] {
            let order = Order::from_json(&format!(r#"{{"do":"set","to":{to}}}"#)).expect("an order");
            assert!(setting.changed(&order).is_err(), "{to}");
        }
    }
}
