/**
 * The built-in page's script: shows the end in the visitor's own time zone. Without it the page shows UTC.
 * Its hash is in the page's Content-Security-Policy. Old browsers must parse it too.
 */
export const script = `
(function(){try{
var page=document.documentElement.lang,mine=(navigator.languages||[]).filter(function(l){return l.split('-')[0]===page})[0]||page;
var format=new Intl.DateTimeFormat(mine,{weekday:'long',day:'numeric',month:'long',year:'numeric',hour:'numeric',minute:'2-digit',timeZoneName:'short'});
document.querySelectorAll('time').forEach(function(t){var d=new Date(t.dateTime);if(!isNaN(d)){t.title=t.textContent;t.textContent=format.format(d)}});
}catch(e){}})();
`;
