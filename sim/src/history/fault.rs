//! Misfortune: links cut, silent or gone, gateways killed, the power going.

use super::world::World;
use crate::gateway::GATEWAYS;
use crate::network::Laid;
use crate::wire::Side;
use std::time::Duration;

impl World {
    /// One misfortune.
    pub(super) async fn misfortune(&mut self) -> Result<(), String> {
        match self.dice.below(100) {
            0..35 => self.cut(),
            35..55 => self.silence(),
            55..70 => {
                let device = self.dice.below(self.devices.len());
                let (how_long, hangs) = (self.while_ms(90_000), self.dice.chance(50));
                self.witness.line(format!("d{device} is offline for {how_long:?}, attempts hang: {hangs}"));
                self.network.offline(device, how_long, hangs);
                for laid in self.network.wires().into_iter().filter(|laid| laid.device == device) {
                    self.cut_wire(&laid);
                }
            }
            70..80 => self.kill(),
            80..92 => self.restart().await?,
            _ if self.power_fails => self.power().await?,
            _ => self.cut(),
        }
        Ok(())
    }

    fn while_ms(&self, longest_ms: u64) -> Duration {
        let longest_ms = *self.dice.pick(&[500, 5_000, longest_ms]);
        Duration::from_millis(self.dice.between(1, longest_ms))
    }

    /// When a side notices that a wire is cut, if it does.
    fn notices(&self) -> Option<Duration> {
        self.dice.chance(60).then(|| Duration::from_millis(self.dice.between(1, 3_000)))
    }

    fn cut_wire(&self, laid: &Laid) {
        let (client, server) = (self.notices(), self.notices());
        let number = laid.wire.number();
        self.witness.line(format!("wire {number} is cut; client notices {client:?}, gateway {server:?}"));
        laid.wire.cut(client, server);
    }

    pub(super) fn cut(&mut self) {
        let wires = self.network.wires();
        if !wires.is_empty() {
            self.cut_wire(self.dice.pick(&wires));
        }
    }

    fn silence(&mut self) {
        let wires = self.network.wires();
        if wires.is_empty() {
            return;
        }
        let (laid, how_long) = (self.dice.pick(&wires), self.while_ms(120_000));
        let side = *self.dice.pick(&[Side::Client, Side::Server]);
        self.witness.line(format!("wire {} is silent towards {side:?} for {how_long:?}", laid.wire.number()));
        laid.wire.silence(side, how_long);
    }

    fn kill(&mut self) {
        let gateway = self.dice.below(GATEWAYS);
        let silently = self.dice.chance(30);
        if silently {
            for laid in self.network.wires().into_iter().filter(|laid| laid.gateway == gateway) {
                laid.wire.cut(None, None);
            }
        }
        self.house.kill(gateway);
    }

    async fn restart(&mut self) -> Result<(), String> {
        for gateway in 0..GATEWAYS {
            if self.house.node(gateway).is_none() {
                self.house.start(gateway).await?;
            }
        }
        Ok(())
    }

    async fn power(&mut self) -> Result<(), String> {
        for laid in self.network.wires() {
            laid.wire.cut(self.notices(), None);
        }
        let torn = self.dice.chance(50);
        self.house.power_cut(torn).await?;
        let character = self.character;
        self.house.conditions(character.pause_percent, character.pause_ms, character.event_delay_ms);
        self.restart().await
    }
}
