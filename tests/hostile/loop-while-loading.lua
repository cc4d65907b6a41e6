-- A loop while the pack loads.
-- says: attack.lua:3: the script spent its budget of steps
while true do end
