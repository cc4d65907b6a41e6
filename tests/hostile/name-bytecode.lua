Lua
-- A file that is no text.
-- says: attack.lua
-- says: binary chunk
