-- Loading against the clock alone.
-- says: attack.lua:4: the script spent its budget of time
-- limits: load=200ms
while true do end
