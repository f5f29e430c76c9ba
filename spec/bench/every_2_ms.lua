--- For wrk: asks at a steady pace, to see how long others keep it waiting.
function delay() return 2 end
