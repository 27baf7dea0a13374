#!/bin/sh
# Copies the pictograms named in the table below from npm
# @material-symbols/svg-600 (rounded, filled) under names that say what they
# mean, and writes LICENSE and README.md. Needs npm and tar.
set -eu

version=0.48.2
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent "@material-symbols/svg-600@$version" >/dev/null
tar -xzf "material-symbols-svg-600-$version.tgz"

rm -f "$here"/*.svg
cp package/LICENSE "$here/LICENSE"
{
	cat <<'MD'
# Pictograms

Material Symbols by Google, rounded, filled, weight 600, from npm
`@material-symbols/svg-600` VERSION (Apache-2.0, see `LICENSE`); the drawings
are unchanged. `./make.sh` writes this folder anew: to add a pictogram, add a
line to the table in that script and run it.

A file is named after what it means, so that a better drawing can replace it
without touching any page.

| meaning | upstream name |
|---|---|
MD
} | sed "s/VERSION/$version/" >"$here/README.md"

while read -r meaning upstream; do
	[ -n "$meaning" ] || continue
	cp "package/rounded/$upstream-fill.svg" "$here/$meaning.svg"
	echo "| $meaning | $upstream |" >>"$here/README.md"
done <<'TABLE'
take-number confirmation_number
what-can-be-done fact_check
notices campaign
report-problem report
progress manage_search
rate star
call-staff support_agent

family-city location_city
family-public account_balance
family-social volunteer_activism
family-selfgov how_to_vote
family-mutual handshake

back arrow_back
repeat replay
volume volume_up
text-size format_size
contrast contrast
language translate
home home
page-next arrow_forward_ios
page-previous arrow_back_ios_new
close close

rubbish delete
road road
light lightbulb
noise graphic_eq
water water_drop
lift elevator
parking local_parking
dog pets
safety gpp_maybe
fire local_fire_department
dispute forum
tree park
building apartment
shop storefront
other more_horiz
clutter inventory_2
pests pest_control_rodent
music music_note
power bolt
blocked block
door sensor_door
stairs stairs_2

elderly elderly
disability accessible
medical-insurance medical_services
health ecg_heart
social-security-card credit_card
job work
birth stroller
child child_care
school school
veteran military_tech
legal balance
housing-repair home_repair_service
house cottage
key key
meal restaurant
volunteer diversity_1
neighbours diversity_3
meeting groups
id-card id_card
money payments
family family_restroom
form assignment
signature edit_note
calendar calendar_month
bus directions_bus
book menu_book
phone call
microphone mic
cleaning cleaning_services
suggestion feedback

done check_circle
waiting schedule
late alarm
warning warning
error error
info info
lock lock
sync sync
printer print
person person
search search
bell notifications_active
backup backup

ticked check_box
unticked check_box_outline_blank
TABLE
