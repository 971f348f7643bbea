// What the pages say, in each language. `{address}` stands for the recipient's address with most of it hidden.

import type { Language } from './languages.ts';

export type PageName = 'ask' | 'unsubscribed' | 'subscribed' | 'kept' | 'closed' | 'incomplete' | 'unclear' | 'away';
/** `button` names the one thing that can be done on the page. */
export type PageText = { title: string; text: string; button?: string };

export const pageTexts: Readonly<Record<Language, Readonly<Record<PageName, PageText>>>> = {
  en: {
    ask: {
      title: 'Unsubscribe',
      text: 'Do you want {address} to get no more mail from this mailing list?',
      button: 'Unsubscribe',
    },
    unsubscribed: {
      title: 'You are unsubscribed',
      text: '{address} will get no more mail from this mailing list. Was this a mistake?',
      button: 'Subscribe again',
    },
    subscribed: {
      title: 'You are subscribed again',
      text: '{address} will get mail from this mailing list as before.',
      button: 'Unsubscribe',
    },
    kept: {
      title: 'This cannot be undone here',
      text: '{address} gets no mail from this mailing list for another reason. Please write to the sender.',
    },
    closed: {
      title: 'This mailing list is closed',
      text: 'You will get no more mail from it. There is nothing to do.',
    },
    incomplete: { title: 'This link is not complete', text: 'Please copy the whole link out of the mail.' },
    unclear: {
      title: 'Nothing was changed',
      text: 'It was not clear what to do for {address}.',
      button: 'Unsubscribe',
    },
    away: { title: 'Please try again in a minute', text: 'Your wish could not be stored. Nothing was changed.' },
  },
  de: {
    ask: {
      title: 'Abmelden',
      text: 'Soll {address} keine E-Mails dieser Mailingliste mehr bekommen?',
      button: 'Abmelden',
    },
    unsubscribed: {
      title: 'Sie sind abgemeldet',
      text: '{address} bekommt keine E-Mails dieser Mailingliste mehr. War das ein Versehen?',
      button: 'Wieder anmelden',
    },
    subscribed: {
      title: 'Sie sind wieder angemeldet',
      text: '{address} bekommt die E-Mails dieser Mailingliste wie bisher.',
      button: 'Abmelden',
    },
    kept: {
      title: 'Das lässt sich hier nicht rückgängig machen',
      text: '{address} bekommt aus einem anderen Grund keine E-Mails dieser Mailingliste. Bitte schreiben Sie dem Absender.',
    },
    closed: {
      title: 'Diese Mailingliste ist geschlossen',
      text: 'Sie bekommen keine E-Mails mehr von ihr. Es ist nichts zu tun.',
    },
    incomplete: {
      title: 'Dieser Link ist nicht vollständig',
      text: 'Bitte kopieren Sie den ganzen Link aus der E-Mail.',
    },
    unclear: {
      title: 'Es wurde nichts geändert',
      text: 'Es war nicht klar, was für {address} geschehen soll.',
      button: 'Abmelden',
    },
    away: {
      title: 'Bitte versuchen Sie es in einer Minute noch einmal',
      text: 'Ihr Wunsch konnte nicht gespeichert werden. Es wurde nichts geändert.',
    },
  },
  es: {
    ask: {
      title: 'Darse de baja',
      text: '¿Desea que {address} no reciba más correos de esta lista?',
      button: 'Darse de baja',
    },
    unsubscribed: {
      title: 'Se ha dado de baja',
      text: '{address} no recibirá más correos de esta lista. ¿Ha sido un error?',
      button: 'Suscribirse de nuevo',
    },
    subscribed: {
      title: 'Está suscrito de nuevo',
      text: '{address} recibirá los correos de esta lista como antes.',
      button: 'Darse de baja',
    },
    kept: {
      title: 'Esto no se puede deshacer aquí',
      text: '{address} no recibe correos de esta lista por otro motivo. Por favor, escriba al remitente.',
    },
    closed: { title: 'Esta lista está cerrada', text: 'No recibirá más correos de ella. No hay nada que hacer.' },
    incomplete: { title: 'Este enlace no está completo', text: 'Por favor, copie el enlace entero del correo.' },
    unclear: {
      title: 'No se ha cambiado nada',
      text: 'No estaba claro qué hacer con {address}.',
      button: 'Darse de baja',
    },
    away: {
      title: 'Inténtelo de nuevo en un minuto',
      text: 'No se pudo guardar su petición. No se ha cambiado nada.',
    },
  },
  fr: {
    ask: {
      title: 'Se désabonner',
      text: 'Voulez-vous que {address} ne reçoive plus de messages de cette liste de diffusion ?',
      button: 'Se désabonner',
    },
    unsubscribed: {
      title: 'Vous êtes désabonné',
      text: '{address} ne recevra plus de messages de cette liste de diffusion. Est-ce une erreur ?',
      button: 'Se réabonner',
    },
    subscribed: {
      title: 'Vous êtes de nouveau abonné',
      text: '{address} recevra les messages de cette liste de diffusion comme avant.',
      button: 'Se désabonner',
    },
    kept: {
      title: 'Ceci ne peut pas être annulé ici',
      text: '{address} ne reçoit pas de messages de cette liste pour une autre raison. Veuillez écrire à l’expéditeur.',
    },
    closed: {
      title: 'Cette liste de diffusion est fermée',
      text: 'Vous n’en recevrez plus de messages. Il n’y a rien à faire.',
    },
    incomplete: { title: 'Ce lien n’est pas complet', text: 'Veuillez copier le lien entier depuis le message.' },
    unclear: {
      title: 'Rien n’a été modifié',
      text: 'Ce qu’il fallait faire pour {address} n’était pas clair.',
      button: 'Se désabonner',
    },
    away: {
      title: 'Veuillez réessayer dans une minute',
      text: 'Votre demande n’a pas pu être enregistrée. Rien n’a été modifié.',
    },
  },
  it: {
    ask: {
      title: 'Annulla l’iscrizione',
      text: 'Vuole che {address} non riceva più messaggi di questa lista?',
      button: 'Annulla l’iscrizione',
    },
    unsubscribed: {
      title: 'Iscrizione annullata',
      text: '{address} non riceverà più messaggi di questa lista. È stato un errore?',
      button: 'Iscriviti di nuovo',
    },
    subscribed: {
      title: 'Di nuovo iscritto',
      text: '{address} riceverà i messaggi di questa lista come prima.',
      button: 'Annulla l’iscrizione',
    },
    kept: {
      title: 'Qui non si può annullare',
      text: '{address} non riceve messaggi di questa lista per un altro motivo. Scriva al mittente.',
    },
    closed: { title: 'Questa lista è chiusa', text: 'Non ne riceverà più messaggi. Non c’è nulla da fare.' },
    incomplete: { title: 'Questo link non è completo', text: 'Copi l’intero link dal messaggio.' },
    unclear: {
      title: 'Non è stato cambiato nulla',
      text: 'Non era chiaro che cosa fare per {address}.',
      button: 'Annulla l’iscrizione',
    },
    away: {
      title: 'Riprovi tra un minuto',
      text: 'La richiesta non è stata salvata. Non è stato cambiato nulla.',
    },
  },
  nl: {
    ask: {
      title: 'Afmelden',
      text: 'Wilt u dat {address} geen e-mail van deze mailinglijst meer krijgt?',
      button: 'Afmelden',
    },
    unsubscribed: {
      title: 'U bent afgemeld',
      text: '{address} krijgt geen e-mail van deze mailinglijst meer. Was dit een vergissing?',
      button: 'Opnieuw aanmelden',
    },
    subscribed: {
      title: 'U bent weer aangemeld',
      text: '{address} krijgt de e-mail van deze mailinglijst zoals voorheen.',
      button: 'Afmelden',
    },
    kept: {
      title: 'Dit kan hier niet ongedaan worden gemaakt',
      text: '{address} krijgt om een andere reden geen e-mail van deze mailinglijst. Schrijf de afzender.',
    },
    closed: {
      title: 'Deze mailinglijst is gesloten',
      text: 'U krijgt er geen e-mail meer van. U hoeft niets te doen.',
    },
    incomplete: { title: 'Deze link is niet volledig', text: 'Kopieer de hele link uit de e-mail.' },
    unclear: {
      title: 'Er is niets veranderd',
      text: 'Het was niet duidelijk wat er voor {address} moest gebeuren.',
      button: 'Afmelden',
    },
    away: {
      title: 'Probeer het over een minuut opnieuw',
      text: 'Uw wens kon niet worden opgeslagen. Er is niets veranderd.',
    },
  },
};
